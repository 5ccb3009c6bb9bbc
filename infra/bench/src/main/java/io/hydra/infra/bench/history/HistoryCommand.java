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
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private BenchSettings settings = new BenchSettings();

  @Option(
      names = "--out",
      paramLabel = "FILE.json",
      description = "Write every figure there too; the file is replaced.")
  private Path out;

  @Spec private CommandSpec spec;

  private HistoryCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try {
      settings.check();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (out != null) {
      Json.prepareFolder(out);
    }
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    PrintWriter err = spec.commandLine().getErr();
    try (EmbeddedStack stack = EmbeddedStack.create(config(), err::println)) {
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

  private StackConfig config() {
    HeapSizes heaps = HeapSizes.DEFAULT;
    return new StackConfig(
        home,
        dir,
        StackPorts.FREE,
        new HeapSizes(
            heaps.broker(),
            heaps.registry(),
            heaps.llm(),
            settings.heapMib,
            heaps.trainer(),
            heaps.serving(),
            heaps.gateway(),
            heaps.lagMonitor()),
        // Nobody asks it: without trainer and serving there is no LLM to start.
        new LlmSettings.External("http://127.0.0.1:9/v1", "none"),
        settings.partitions,
        null,
        false,
        false,
        Duration.ZERO);
  }
}
