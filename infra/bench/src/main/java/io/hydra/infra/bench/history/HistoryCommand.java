package io.hydra.infra.bench.history;

import io.hydra.infra.bench.StackBench;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.infra.stack.StackConfig.Tuning;
import io.hydra.runtime.service.Closer;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures how fast events become histories, on a running stack of its own. */
@Command(
    name = "history",
    description = {
      "Measures how fast events become histories: broker, registry, Redis, stream processor and"
          + " generator on this machine, in a throw-away stack.",
      "Beside it stand what bounds it: Redis alone with the same writes, and a bare consumer that"
          + " decodes and writes without Flink."
    })
public final class HistoryCommand extends StackBench {
  @Mixin private BenchSettings settings = new BenchSettings();

  private HistoryCommand() {}

  @Override
  protected void check() {
    try {
      settings.check();
    } catch (IllegalArgumentException e) {
      throw wrongUsage(e.getMessage());
    }
  }

  @Override
  protected StackConfig config(Closer owner) {
    return super.config(owner)
        .withTuning(
            new Tuning(
                Optimization.USUAL,
                settings.partitions,
                Map.of(Component.STREAM_PROCESSOR, settings.heapMib)));
  }

  @Override
  protected void measure(EmbeddedStack stack) throws InterruptedException {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    stack.startInfrastructure();
    try (HistoryBench bench =
        new HistoryBench(
            settings,
            stack,
            home(),
            dir().resolve("ceilings"),
            Clock.systemUTC(),
            err()::println)) {
      out().print(bench.run(load).text());
    }
  }
}
