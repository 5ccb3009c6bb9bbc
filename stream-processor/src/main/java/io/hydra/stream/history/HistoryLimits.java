package io.hydra.stream.history;

import java.io.Serializable;
import java.time.Duration;

/**
 * What a history keeps.
 *
 * @param capacity most events, at least 1
 * @param maxAge before the newest event; zero for no limit
 * @param ttl after which a history without writes is dropped; zero for never
 */
public record HistoryLimits(int capacity, Duration maxAge, Duration ttl) implements Serializable {
  /**
   * @throws IllegalArgumentException if capacity is below 1 or a duration is negative
   */
  public HistoryLimits {
    if (capacity < 1) {
      throw new IllegalArgumentException("history capacity must be at least 1");
    }
    if (maxAge.isNegative() || ttl.isNegative()) {
      throw new IllegalArgumentException("history age limit and time to live must not be negative");
    }
  }
}
