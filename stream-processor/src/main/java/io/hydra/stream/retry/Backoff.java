package io.hydra.stream.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays between attempts: each bound twice the last up to a maximum, the delay itself drawn evenly
 * from the upper half of the bound, so that many clients do not come back at once. Not thread-safe.
 */
public final class Backoff {
  private final long firstMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private long boundMillis;

  /**
   * @throws IllegalArgumentException if not 1 ms ≤ first ≤ max
   */
  public Backoff(Duration first, Duration max, RandomGenerator random) {
    if (first.toMillis() < 1 || first.compareTo(max) > 0) {
      throw new IllegalArgumentException("a backoff needs 1 ms <= first <= max");
    }
    this.firstMillis = first.toMillis();
    this.maxMillis = max.toMillis();
    this.random = random;
    this.boundMillis = firstMillis;
  }

  /** How long to wait before the next attempt. */
  public Duration next() {
    long bound = boundMillis;
    boundMillis = Math.min(maxMillis, bound * 2);
    return Duration.ofMillis(random.nextLong(bound / 2, bound + 1));
  }

  /** Starts over, after an attempt that succeeded. */
  public void reset() {
    boundMillis = firstMillis;
  }
}
