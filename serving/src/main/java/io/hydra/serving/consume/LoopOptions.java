package io.hydra.serving.consume;

import java.time.Duration;

/**
 * Bounds of a {@link QueryLoop}.
 *
 * @param maxInFlight records handled at once, and records refused at once
 * @param waiting bounds of what waits to be handled; polling pauses at its total
 * @param maxSpan records of one partition between the first unfinished one and the position: the
 *     partition pauses there. So many are read again at most after a crash
 * @param commitInterval at most this often
 * @param drainTimeout how long a shutdown waits for the records in flight
 */
public record LoopOptions(
    int maxInFlight,
    WaitingBounds waiting,
    int maxSpan,
    Duration commitInterval,
    Duration drainTimeout) {
  public LoopOptions {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("max in flight must be at least 1");
    }
    if (maxSpan < waiting.total()) {
      throw new IllegalArgumentException("the span must have room for all that may wait");
    }
  }
}
