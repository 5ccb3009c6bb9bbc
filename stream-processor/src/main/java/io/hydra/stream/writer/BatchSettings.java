package io.hydra.stream.writer;

import java.io.Serializable;
import java.time.Duration;

/**
 * How writes are gathered.
 *
 * @param size most writes in one round trip
 * @param delay longest time that a write waits for others
 * @param inFlight most writes accepted and not yet finished; bounds memory, and the work to repeat
 *     after a restart
 */
public record BatchSettings(int size, Duration delay, int inFlight) implements Serializable {
  private static final Duration LONGEST_DELAY = Duration.ofMillis(10);

  /** 256 writes, 5 ms, 1024 in flight. */
  public static final BatchSettings DEFAULT = new BatchSettings(256, Duration.ofMillis(5), 1024);

  /**
   * @throws IllegalArgumentException if not 1 ≤ size ≤ inFlight and 0 ≤ delay ≤ 10 ms
   */
  public BatchSettings {
    if (size < 1 || inFlight < size) {
      throw new IllegalArgumentException("a batch needs 1 <= size <= in flight");
    }
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("a batch may wait for 0 to 10 ms");
    }
  }
}
