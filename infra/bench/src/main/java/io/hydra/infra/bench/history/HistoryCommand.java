package io.hydra.infra.bench.history;

import io.hydra.infra.output.Json;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.stack.StackConfig.HeapSizes;
import io.hydra.infra.stack.StackPorts;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how fast events become histories, on a running stack of its own. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Measures how fast events become histories: broker, registry, Redis, stream processor and"
          + " generator on this machine, in a throw-away stack.",
      "Beside it stand what bounds it: Redis alone with the same writes, and a bare consumer that"
          + " decodes and writes without Flink."
    })
public final class HistoryCommand implements Callable<Integer> {
  @Option(names = "--home", required = true, hidden = true)
  private Path home;

  @Option(names = "--dir", required = true, hidden = true)
  private Path dir;

  @Option(names = "--users", defaultValue = "2000", paramLabel = "N")
  private int users;

  @Option(
      names = "--events",
      defaultValue = "500000",
      paramLabel = "N",
      description = "Events of the backlog, and of each ceiling.")
  private long events;

  @Option(
      names = "--text-bytes",
      defaultValue = "300",
      paramLabel = "N",
      description = "Input and output of an event.")
  private int textBytes;

  @Option(
      names = "--capacity",
      defaultValue = "50",
      paramLabel = "N",
      description = "Most events of a history.")
  private int capacity;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      paramLabel = "N",
      description = "Length of the window in which the lag must stay flat, and of the latency's.")
  private int seconds;

  @Option(names = "--partitions", defaultValue = "4", paramLabel = "N")
  private int partitions;

  @Option(
      names = "--compression",
      defaultValue = "lz4",
      paramLabel = "TYPE",
      description = "Of the generator's batches: none, lz4, zstd, snappy or gzip.")
  private String compression;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the stream processor.")
  private int parallelism;

  @Option(
      names = "--heap",
      defaultValue = "400",
      paramLabel = "MiB",
      description = "Of the stream processor.")
  private int heapMib;

  @Option(names = "--checkpoint-interval", defaultValue = "1s", paramLabel = "DURATION")
  private String checkpointInterval;

  @Option(names = "--seed", defaultValue = "1", paramLabel = "N")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE.json",
      description = "Write every figure there too; the file is replaced.")
  private Path out;

  @Spec private CommandSpec spec;

  private HistoryCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    BenchSettings settings = settings();
    if (out != null) {
      Json.prepareFolder(out);
    }
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    PrintWriter err = spec.commandLine().getErr();
    try (EmbeddedStack stack = EmbeddedStack.create(config(settings), err::println)) {
      stack.startInfrastructure();
      try (HistoryBench bench =
          new HistoryBench(
              settings, stack, home, dir.resolve("ceilings"), Clock.systemUTC(), err::println)) {
        HistoryReport report = bench.run(load);
        spec.commandLine().getOut().print(report.text());
        spec.commandLine().getOut().flush();
        if (out != null) {
          Json.writeAtomically(out.toAbsolutePath(), report);
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private BenchSettings settings() {
    try {
      return new BenchSettings(
          users,
          events,
          textBytes,
          capacity,
          seconds,
          partitions,
          compression,
          parallelism,
          heapMib,
          checkpointInterval,
          seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private StackConfig config(BenchSettings settings) {
    HeapSizes heaps = HeapSizes.DEFAULT;
    return new StackConfig(
        home,
        dir,
        StackPorts.FREE,
        new HeapSizes(
            heaps.broker(),
            heaps.registry(),
            heaps.llm(),
            settings.heapMib(),
            heaps.trainer(),
            heaps.serving()),
        // Nobody asks it: without trainer and serving there is no LLM to start.
        new LlmSettings.External("http://127.0.0.1:9/v1", "none"),
        settings.partitions(),
        false);
  }
}
