package io.hydra.serving;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks on the threads that bring them, so many at once; where there are more, a pool runs
 * them in their order. To hand a task to another thread is to wait for a processor, which on a busy
 * machine takes longer than the task. Thread-safe.
 */
final class CallerFirst implements Executor {
  private final Executor pool;
  private final Semaphore permits;

  /** Tasks that the pool has not begun. */
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param most tasks at once on the threads that bring them
   */
  CallerFirst(Executor pool, int most) {
    this.pool = pool;
    this.permits = new Semaphore(most);
  }

  @Override
  public void execute(Runnable task) {
    if (waiting.get() > 0 || !permits.tryAcquire()) {
      waiting.incrementAndGet();
      pool.execute(
          () -> {
            waiting.decrementAndGet();
            task.run();
          });
      return;
    }
    try {
      task.run();
    } finally {
      permits.release();
    }
  }
}
