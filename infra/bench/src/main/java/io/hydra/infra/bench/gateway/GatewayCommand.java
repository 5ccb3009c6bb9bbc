package io.hydra.infra.bench.gateway;

import io.hydra.infra.bench.StackBench;
import io.hydra.infra.bench.figure.Figures;
import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.runtime.text.TextTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the doors by which events come in, each beside the bare producer in the same run. */
@Command(
    name = "gateway",
    description = {
      "Measures how many events a second the bare Kafka producer (given ready bytes, and given"
          + " records that it must serialize, as an app must), the Java client and the HTTP"
          + " gateway bring into the topic, all acknowledged; then the gateway's replies at a fixed"
          + " rate. Broker, gateway and all senders share this machine.",
      "Each is warmed up first. The rounds take turns, and the median of each counts."
    })
public final class GatewayCommand extends StackBench {
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

  private GatewayCommand() {}

  private interface Sender {
    double perSecond(int events) throws InterruptedException;
  }

  /** One door, and what it let in in each round. */
  private record Door(String name, Sender sender, List<Double> perSecond) {
    Door(String name, Sender sender) {
      this(name, sender, new ArrayList<>());
    }

    double median() {
      return Quantiles.of(perSecond.stream().mapToDouble(Double::doubleValue).toArray()).p50();
    }

    List<String> row(double ceiling, double fair) {
      double least = perSecond.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      return List.of(
          name,
          Figures.number(median()),
          Figures.number(least),
          Figures.number(median() / ceiling),
          Figures.number(median() / fair));
    }
  }

  @Override
  protected void check() {
    requirePositive(events, rounds, batch, connections, textBytes, rate, seconds);
  }

  @Override
  protected void measure(EmbeddedStack stack) throws InterruptedException {
    stack.startInfrastructure();
    stack.startGateway(Map.of("HYDRA_GATEWAY_RATE_LIMIT", "1000000"));
    try (Senders senders =
        new Senders(stack.endpoints(), GatewayKey.read(dir()), textBytes, batch, connections)) {
      measure(senders);
    }
  }

  private void measure(Senders senders) throws InterruptedException {
    List<Door> doors =
        List.of(
            new Door("bare producer, ready bytes", senders::bare),
            new Door("bare producer, records to Avro", senders::serializing),
            new Door("Java client", senders::client),
            new Door("gateway, batches of " + batch, senders::gateway));
    for (int round = 0; round <= rounds; round++) {
      err().println(round == 0 ? "warming up…" : "round %d of %d…".formatted(round, rounds));
      for (Door door : doors) {
        double perSecond = door.sender().perSecond(events);
        if (round > 0) {
          door.perSecond().add(perSecond);
        }
      }
    }
    err().println("at a fixed rate…");
    Quantiles latency =
        Quantiles.of(
            senders.gatewayAt(rate, Duration.ofSeconds(seconds)).stream()
                .mapToDouble(nanos -> nanos / 1e6)
                .toArray());
    double ceiling = doors.get(0).median();
    double fair = doors.get(1).median();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("EVENTS A SECOND BY", "MEDIAN", "LEAST", "OF READY BYTES", "OF RECORDS"));
    doors.forEach(door -> rows.add(door.row(ceiling, fair)));
    out().print(TextTable.of(rows, column -> column > 0));
    out()
        .printf(
            "gateway at %,d events a second: p50 %s ms, p99 %s ms, longest %s ms of %,d requests%n",
            rate,
            Figures.number(latency.p50()),
            Figures.number(latency.p99()),
            Figures.number(latency.max()),
            latency.count());
  }
}
