package io.hydra.infra.cli;

import io.hydra.infra.lag.LagMonitor;
import io.hydra.infra.lag.LagOptions;
import io.hydra.infra.lag.LagTable;
import io.hydra.infra.lag.Report;
import io.hydra.infra.stack.Component;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The lag of every group of a cluster. */
@Command(
    name = "lag",
    description = {
      "Show how far behind each consumer group is, in records and in seconds, and why; the worst"
          + " first.",
      "Of the embedded stack, as its lag monitor has watched it. Of any other Kafka cluster, with"
          + " or without a schema registry, as it is now: status and trend show with --watch only."
    },
    exitCodeList = {
      "0:no group is in error",
      "1:one is, or the lag cannot be read",
      "2:wrong usage"
    })
final class LagCommand extends HydraCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String CLEAR = "\033[H\033[2J";
  private static final int OK = 200;

  @Mixin private DeploymentOptions where;
  @Mixin private LagOptions options;

  @Option(names = "--partitions", description = "Show each partition, too")
  private boolean partitions;

  @Option(names = "--watch", description = "Go on until Ctrl-C, at every --lag-interval")
  private boolean watch;

  @Option(names = "--json", description = "Print JSON, one line each time")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Deployment deployment = where.brokers();
    HttpClient http = HttpClient.newHttpClient();
    Optional<URI> told =
        deployment.stack().map(stack -> URI.create(stack.endpoints().statusUrl() + "/lag"));
    try (LagMonitor own =
        told.isPresent()
            ? null
            : LagMonitor.open(deployment.reachKafka(err()), options, Clock.systemUTC())) {
      while (true) {
        try {
          Report report = own == null ? read(http, told.get()) : own.cycle();
          print(report);
          if (own == null && !json) {
            noteWaiting(deployment, report.at());
          }
          if (!watch) {
            return report.isInError() ? 1 : 0;
          }
        } catch (ExecutionException | IOException e) {
          String trouble =
              "the lag of %s cannot be read: %s".formatted(deployment, KafkaConnection.reason(e));
          if (!watch) {
            throw new UserException(trouble, e);
          }
          err().println("hydra: " + trouble);
        }
        TimeUnit.MILLISECONDS.sleep(options.interval().toMillis());
      }
    }
  }

  private Report read(HttpClient http, URI monitor) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(monitor).timeout(PATIENCE).build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != OK) {
      throw new IOException(response.body().strip());
    }
    return Report.parse(response.body()).of(options.groups());
  }

  /**
   * Names what a group that stands still waits for, which no offset tells.
   *
   * @param at the time of the report, which the monitor shows for a minute
   */
  private void noteWaiting(Deployment stack, Instant at) {
    List<String> services = stack.stack().orElseThrow().endpoints().metricsUrls();
    Map<String, Readiness> readiness = new TreeMap<>(Readiness.ask(stack, services));
    if (!readiness.containsKey(Component.BROKER.id())) {
      note("the broker does not answer: this was the lag at %s", second(at));
    }
    readiness.forEach(
        (name, told) -> {
          if (!told.ready()) {
            note("%s is not ready: %s", name, String.join("; ", told.reasons()));
          }
          told.waitingFor().forEach(outage -> note("%s waits for %s", name, outage));
        });
  }

  private void print(Report report) {
    if (json) {
      out().println(report.toJson());
    } else {
      if (watch && System.console() != null) {
        System.out.print(CLEAR);
      }
      out()
          .printf(
              "%s at %s%n%s",
              report.cluster(), second(report.at()), LagTable.of(report, partitions));
    }
    out().flush();
  }

  private static Instant second(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }
}
