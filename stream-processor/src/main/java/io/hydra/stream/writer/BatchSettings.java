package io.hydra.stream.writer;

import java.io.Serializable;
import java.time.Duration;

/**
 * The bounds within which writes are gathered.
 *
 * @param size most writes in one round trip
 * @param delay longest time that a write waits for others
 * @param inFlight most writes accepted and not yet finished; bounds the work to repeat after a
 *     restart
 * @param bytes of records accepted and not yet finished, of which the last may exceed it; bounds
 *     memory, since a record is kept for its dead letter until then. A batch goes at an eighth of
 *     it
 */
public record BatchSettings(int size, Duration delay, int inFlight, long bytes)
    implements Serializable {
  private static final Duration LONGEST_DELAY = Duration.ofMillis(10);
  private static final int BATCHES_IN_BYTES = 8;

  /** 256 writes, 2 ms, 1024 and 16 MiB in flight: a fetch brings the events of longer together. */
  public static final BatchSettings DEFAULT =
      new BatchSettings(256, Duration.ofMillis(2), 1024, 16L * 1024 * 1024);

  /**
   * @throws IllegalArgumentException if not 1 ≤ size ≤ inFlight, 0 ≤ delay ≤ 10 ms and 1 ≤ bytes
   */
  public BatchSettings {
    if (size < 1 || inFlight < size || bytes < 1) {
      throw new IllegalArgumentException("a batch needs 1 <= size <= in flight, and 1 <= bytes");
    }
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("a batch may wait for 0 to 10 ms");
    }
  }

  long batchBytes() {
    return Math.max(1, bytes / BATCHES_IN_BYTES);
  }
}
