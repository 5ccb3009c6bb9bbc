package io.hydra.infra.trials.fuzz;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Ends the process where one input never comes back, and says which. */
final class Watchdog implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "fuzz-watchdog");
            daemon.setDaemon(true);
            return daemon;
          });

  /**
   * @param progress rises with every input
   * @param stuck told once when it no longer does
   */
  Watchdog(LongSupplier progress, Runnable stuck) {
    long[] seen = {-1};
    var unused =
        thread.scheduleAtFixedRate(
            () -> {
              long now = progress.getAsLong();
              if (now == seen[0]) {
                stuck.run();
              }
              seen[0] = now;
            },
            PATIENCE.toSeconds(),
            PATIENCE.toSeconds(),
            TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
