package io.hydra.serving.consume;

import java.time.Duration;

/**
 * Bounds of a {@link QueryLoop}.
 *
 * @param maxInFlight records handled at once; polling pauses at this number
 * @param commitInterval at most this often
 * @param drainTimeout how long a shutdown waits for the records in flight
 */
public record LoopOptions(int maxInFlight, Duration commitInterval, Duration drainTimeout) {
  public LoopOptions {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("max in flight must be at least 1");
    }
  }
}
