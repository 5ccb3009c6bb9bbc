package io.hydra.serving.consume;

import java.time.Duration;
import java.util.function.ToIntFunction;

/**
 * Bounds of a {@link QueryLoop}.
 *
 * @param maxInFlight records handled at once, and records refused at once
 * @param waiting polling pauses at its total
 * @param concurrency records of a tenant handled at once; at least 1, and free to change
 * @param maxSpan records of one partition between the first unfinished one and the position, where
 *     the partition pauses: so many are read again at most after a crash
 * @param drainTimeout the time for which a shutdown waits for the records in flight
 */
public record LoopOptions(
    int maxInFlight,
    WaitingBounds waiting,
    ToIntFunction<String> concurrency,
    int maxSpan,
    Duration commitInterval,
    Duration drainTimeout) {

  /**
   * Bounds of what waits for its turn, in items and in the bytes that they hold. Above those of a
   * key or a tenant an item is refused, so that it does not hold up others behind it; at the total
   * nothing more is read.
   *
   * @param perKey items that may wait behind the one of their key that runs
   */
  public record WaitingBounds(
      int perKey, int perTenant, long bytesPerTenant, int total, long bytes) {
    public WaitingBounds {
      if (perKey < 1 || perTenant < perKey || total < perTenant) {
        throw new IllegalArgumentException(
            "waiting bounds must be 1 <= per key <= per tenant <= total, are %d, %d, %d"
                .formatted(perKey, perTenant, total));
      }
      if (bytesPerTenant < 1 || bytes < bytesPerTenant) {
        throw new IllegalArgumentException(
            "waiting bytes must be 1 <= per tenant <= total, are %d, %d"
                .formatted(bytesPerTenant, bytes));
      }
    }
  }

  public LoopOptions {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("max in flight must be at least 1");
    }
    if (maxSpan < waiting.total()) {
      throw new IllegalArgumentException("the span must have room for all that may wait");
    }
  }
}
