package io.hydra.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Keeps what is scheduled until a test fires it. */
final class ManualScheduler extends ScheduledThreadPoolExecutor {
  record Task(Runnable action, long delayMillis) {}

  final List<Task> tasks = new ArrayList<>();

  /** As if what is scheduled were due by then. */
  boolean fireAtOnce;

  ManualScheduler() {
    super(1);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
    tasks.add(new Task(action, unit.toMillis(delay)));
    if (fireAtOnce) {
      action.run();
    }
    return super.schedule(() -> {}, 1, TimeUnit.DAYS);
  }
}
