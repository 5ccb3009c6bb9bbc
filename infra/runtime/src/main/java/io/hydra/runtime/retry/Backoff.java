package io.hydra.runtime.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Exponential backoff with jitter: the delay after failure i (from 0) is drawn evenly from the
 * upper half of min(max, first · 2^i), so that many clients do not come back at once.
 *
 * @param random numbers from [0, 1)
 */
public record Backoff(Duration first, Duration max, DoubleSupplier random) {
  private static final int MAX_DOUBLINGS = 30;

  /**
   * @throws IllegalArgumentException if not 0 &lt; first ≤ max
   */
  public Backoff {
    if (first.isZero() || first.isNegative() || first.compareTo(max) > 0) {
      throw new IllegalArgumentException("a backoff needs 0 < first <= max");
    }
  }

  /** A backoff with the thread's own random numbers. */
  public static Backoff between(Duration first, Duration max) {
    return new Backoff(first, max, () -> ThreadLocalRandom.current().nextDouble());
  }

  /** The delay before the next attempt, after {@code failures} earlier failures and one more. */
  public Duration delay(int failures) {
    double full = (double) first.toNanos() * Math.pow(2, Math.min(failures, MAX_DOUBLINGS));
    double bounded = Math.min(full, (double) max.toNanos());
    return Duration.ofNanos((long) (bounded * (0.5 + 0.5 * random.getAsDouble())));
  }

  /** A little more than a server asked for, so that those turned away do not return as one. */
  public Duration atLeast(Duration asked) {
    return asked.plusNanos((long) ((double) first.toNanos() * random.getAsDouble()));
  }
}
