package io.hydra.serving;

import java.util.concurrent.Executor;

/**
 * Runs on a pool what other threads bring, and on the spot what the pool's own threads bring: each
 * hand-over is a wait for a processor. Thread-safe.
 */
final class OwnThreads implements Executor {
  private final Executor pool;
  private final ThreadLocal<Boolean> own = ThreadLocal.withInitial(() -> false);

  /**
   * @param pool whose threads run nothing but what comes by this executor
   */
  OwnThreads(Executor pool) {
    this.pool = pool;
  }

  @Override
  public void execute(Runnable task) {
    if (own.get()) {
      task.run();
      return;
    }
    pool.execute(
        () -> {
          own.set(true);
          task.run();
        });
  }
}
