package io.hydra.schemas.registry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Time to ask again in, for all schema ids together: the first that cannot be had opens a window,
 * in which each is asked for again, and after which each is given up at once, until the window may
 * open again. So a schema that is a moment late is found, and a flood of bad ids holds the stream
 * up once. Not thread-safe.
 */
final class Patience {
  /** Sleeps; a test only counts. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration BETWEEN_WINDOWS = Duration.ofMinutes(5);

  private final Duration window;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private boolean opened;
  private long openedAt;

  Patience(Duration window, LongSupplier nanoTime, Sleeper sleeper) {
    this.window = window;
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
  }

  /**
   * Waits a moment, if there is patience left.
   *
   * @return whether to ask again
   */
  boolean await() {
    long now = nanoTime.getAsLong();
    if (!opened || now - openedAt >= BETWEEN_WINDOWS.toNanos()) {
      opened = true;
      openedAt = now;
    }
    if (now - openedAt >= window.toNanos()) {
      return false;
    }
    try {
      sleeper.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while waiting for a schema", e);
    }
    return true;
  }
}
