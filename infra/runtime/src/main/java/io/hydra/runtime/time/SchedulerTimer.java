package io.hydra.runtime.time;

import io.hydra.runtime.service.Threads;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A {@link Timer} with one daemon thread of its own. */
public final class SchedulerTimer implements Timer, AutoCloseable {
  private final ScheduledThreadPoolExecutor scheduler;

  public SchedulerTimer() {
    scheduler = new ScheduledThreadPoolExecutor(1, Threads.daemon("timer"));
    // Nearly every deadline is cancelled long before it is due.
    scheduler.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Task after(Duration delay, Runnable action) {
    ScheduledFuture<?> future =
        scheduler.schedule(action, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
