package io.hydra.infra.bench.gateway;

import io.hydra.infra.bench.StackBench;
import io.hydra.infra.bench.figure.CpuTimes;
import io.hydra.infra.bench.figure.Figures;
import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.runtime.text.TextTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
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
      "Each is warmed up first. The doors take turns, and a share is the median over the rounds of"
          + " what a door let in beside another in the same round. The CPU time of an event, its making"
          + " included, is the sending process's."
    })
public final class GatewayCommand extends StackBench {
  @Option(names = "--events", description = "Events of a round.")
  private int events = 100_000;

  @Option(names = "--rounds", description = "Rounds of each.")
  private int rounds = 9;

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

  /** One door, and what it let in in each round at which price. */
  private record Door(String name, Sender sender, List<Double> perSecond, List<Double> cpuMicros) {
    private static final String SENDING = "sending";

    Door(String name, Sender sender) {
      this(name, sender, new ArrayList<>(), new ArrayList<>());
    }

    void measure(int events) throws InterruptedException {
      // What another door left in the heap is not this one's to tidy.
      System.gc();
      CpuTimes before = CpuTimes.now(List.of(), SENDING);
      perSecond.add(sender.perSecond(events));
      CpuTimes after = CpuTimes.now(List.of(), SENDING);
      cpuMicros.add(
          CpuTimes.Use.between(name, events, before, after).microsPerEvent().get(SENDING));
    }

    List<String> row(Door ceiling, Door fair) {
      Quantiles own = Quantiles.of(values(perSecond));
      return List.of(
          name,
          Figures.number(own.p50()),
          Figures.number(values(perSecond).min().orElseThrow()),
          Figures.number(share(ceiling)),
          Figures.number(share(fair)),
          Figures.number(Quantiles.of(values(cpuMicros)).p50()));
    }

    private double share(Door other) {
      return Quantiles.of(
              IntStream.range(0, perSecond.size())
                  .mapToDouble(round -> perSecond.get(round) / other.perSecond.get(round)))
          .p50();
    }

    private static DoubleStream values(List<Double> rounds) {
      return rounds.stream().mapToDouble(Double::doubleValue);
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
        if (round == 0) {
          double unused = door.sender().perSecond(events);
        } else {
          door.measure(events);
        }
      }
    }
    err().println("at a fixed rate…");
    Quantiles latency =
        Quantiles.of(
            senders.gatewayAt(rate, Duration.ofSeconds(seconds)).stream()
                .mapToDouble(nanos -> nanos / 1e6));
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "EVENTS A SECOND BY",
            "MEDIAN",
            "LEAST",
            "OF READY BYTES",
            "OF RECORDS",
            "CPU µs HERE"));
    doors.forEach(door -> rows.add(door.row(doors.get(0), doors.get(1))));
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
