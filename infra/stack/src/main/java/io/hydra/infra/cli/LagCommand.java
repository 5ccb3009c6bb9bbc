package io.hydra.infra.cli;

import io.hydra.infra.lag.LagMonitor;
import io.hydra.infra.lag.LagOptions;
import io.hydra.infra.lag.LagTable;
import io.hydra.infra.lag.Report;
import io.hydra.runtime.service.Program;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
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

  private interface Source extends AutoCloseable {
    Report read() throws ExecutionException, IOException, InterruptedException;

    @Override
    default void close() {}
  }

  @Override
  public Integer call() throws InterruptedException {
    Deployment deployment = where.brokers();
    try (Source source = source(deployment)) {
      while (true) {
        try {
          Report report = read(source, deployment);
          print(report);
          if (!watch) {
            return report.isInError() ? 1 : 0;
          }
        } catch (UserException e) {
          if (!watch) {
            throw e;
          }
          err().println("hydra: " + e.getMessage());
        }
        TimeUnit.MILLISECONDS.sleep(options.interval().toMillis());
      }
    }
  }

  private static Report read(Source source, Deployment deployment) throws InterruptedException {
    try {
      return source.read();
    } catch (ExecutionException | IOException e) {
      throw new UserException(
          "the lag of %s cannot be read: %s".formatted(deployment, Program.rootMessage(e)), e);
    }
  }

  private Source source(Deployment deployment) {
    Optional<String> monitor =
        deployment
            .stack()
            .map(stack -> stack.endpoints().statusUrl())
            .map(address -> address + "/lag");
    if (monitor.isPresent()) {
      HttpClient http = HttpClient.newHttpClient();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(monitor.get())).timeout(PATIENCE).build();
      return () -> {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != OK) {
          throw new IOException(response.body().strip());
        }
        return Report.parse(response.body()).of(options.groups());
      };
    }
    LagMonitor own = LagMonitor.open(deployment.kafka(), options, Clock.systemUTC());
    return new Source() {
      @Override
      public Report read() throws ExecutionException, InterruptedException {
        return own.cycle();
      }

      @Override
      public void close() {
        own.close();
      }
    };
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
              report.cluster(),
              report.at().truncatedTo(ChronoUnit.SECONDS),
              LagTable.of(report, partitions));
    }
    out().flush();
  }
}
