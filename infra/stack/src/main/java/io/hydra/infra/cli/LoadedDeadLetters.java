package io.hydra.infra.cli;

import io.hydra.runtime.retry.Sleeper;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Looks whether dead letters came up while events were loaded. The stream processor refuses an
 * event a moment after the broker took it, so the last ones are waited for briefly.
 */
final class LoadedDeadLetters {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration ROUND = Duration.ofMillis(100);

  private final LongSupplier count;
  private final Sleeper sleeper;
  private final long before;

  /**
   * @param count how many there are; asked now, and again later
   */
  LoadedDeadLetters(LongSupplier count, Sleeper sleeper) {
    this.count = count;
    this.sleeper = sleeper;
    this.before = count.getAsLong();
  }

  /** Counts those that came up since, as soon as there are any. */
  long came() throws InterruptedException {
    long came = count.getAsLong() - before;
    for (Duration waited = Duration.ZERO;
        came <= 0 && waited.compareTo(PATIENCE) < 0;
        waited = waited.plus(ROUND)) {
      sleeper.sleep(ROUND);
      came = count.getAsLong() - before;
    }
    return Math.max(0, came);
  }
}
