package io.hydra.infra.bench.gateway;

import io.hydra.infra.bench.figure.Figures;
import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.runtime.text.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the doors by which events come in, each beside the bare producer in the same run. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Measures how many events a second the bare Kafka producer (given ready bytes, and given"
          + " records that it must serialize, as an app must), the Java client and the HTTP"
          + " gateway bring into the topic, all acknowledged; then the gateway's replies at a fixed"
          + " rate. Broker, gateway and all senders share this machine.",
      "Each is warmed up first. The rounds take turns, and the median of each counts."
    })
public final class GatewayCommand implements Callable<Integer> {
  @Option(names = "--home", required = true, hidden = true)
  private Path home;

  @Option(names = "--dir", required = true, hidden = true)
  private Path dir;

  @Option(names = "--events", description = "Events of a round.")
  private int events = 200_000;

  @Option(names = "--rounds", description = "Rounds of each.")
  private int rounds = 3;

  @Option(names = "--batch", description = "Events of a request.")
  private int batch = 100;

  @Option(names = "--connections", description = "Requests under way at a time.")
  private int connections = 8;

  @Option(names = "--text-bytes", description = "Of an event's input.")
  private int textBytes = 300;

  @Option(names = "--rate", description = "Events a second at the fixed rate.")
  private int rate = 10_000;

  @Option(names = "--seconds", description = "Of the fixed rate.")
  private int seconds = 30;

  @Spec private CommandSpec spec;

  private GatewayCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (Math.min(Math.min(events, rounds), Math.min(batch, connections)) < 1
        || Math.min(textBytes, Math.min(rate, seconds)) < 1) {
      throw new ParameterException(spec.commandLine(), "all numbers must be at least 1");
    }
    PrintWriter err = spec.commandLine().getErr();
    StackConfig config =
        StackConfig.defaults(home, dir)
            .withLlm(new LlmSettings.External("http://127.0.0.1:9/v1", "none"));
    try (EmbeddedStack stack = EmbeddedStack.create(config, err::println)) {
      stack.startInfrastructure();
      stack.startGateway(Map.of("HYDRA_GATEWAY_RATE_LIMIT", "1000000"));
      try (Senders senders =
          new Senders(stack.endpoints(), GatewayKey.read(dir), textBytes, batch, connections)) {
        measure(senders, err);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private void measure(Senders senders, PrintWriter err) throws InterruptedException {
    err.println("warming up…");
    double unused =
        senders.bare(events)
            + senders.serializing(events)
            + senders.client(events)
            + senders.gateway(events);
    List<Double> bare = new ArrayList<>();
    List<Double> serializing = new ArrayList<>();
    List<Double> client = new ArrayList<>();
    List<Double> gateway = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      err.printf("round %d of %d…%n", round, rounds);
      bare.add(senders.bare(events));
      serializing.add(senders.serializing(events));
      client.add(senders.client(events));
      gateway.add(senders.gateway(events));
    }
    err.println("at a fixed rate…");
    Quantiles latency =
        Quantiles.of(
            senders.gatewayAt(rate, Duration.ofSeconds(seconds)).stream()
                .mapToDouble(nanos -> nanos / 1e6)
                .toArray());
    print(bare, serializing, client, gateway, latency);
  }

  private void print(
      List<Double> bare,
      List<Double> serializing,
      List<Double> client,
      List<Double> gateway,
      Quantiles latency) {
    double ceiling = median(bare);
    double fair = median(serializing);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("EVENTS A SECOND BY", "MEDIAN", "LEAST", "OF READY BYTES", "OF RECORDS"));
    rows.add(row("bare producer, ready bytes", bare, ceiling, fair));
    rows.add(row("bare producer, records to Avro", serializing, ceiling, fair));
    rows.add(row("Java client", client, ceiling, fair));
    rows.add(row("gateway, batches of " + batch, gateway, ceiling, fair));
    PrintWriter out = spec.commandLine().getOut();
    out.print(TextTable.of(rows, column -> column > 0));
    out.printf(
        "gateway at %,d events a second: p50 %s ms, p99 %s ms, longest %s ms of %,d requests%n",
        rate,
        Figures.number(latency.p50()),
        Figures.number(latency.p99()),
        Figures.number(latency.max()),
        latency.count());
    out.flush();
  }

  private static List<String> row(
      String name, List<Double> perSecond, double ceiling, double fair) {
    double least = perSecond.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    return List.of(
        name,
        Figures.number(median(perSecond)),
        Figures.number(least),
        Figures.number(median(perSecond) / ceiling),
        Figures.number(median(perSecond) / fair));
  }

  private static double median(List<Double> values) {
    return Quantiles.of(values.stream().mapToDouble(Double::doubleValue).toArray()).p50();
  }
}
