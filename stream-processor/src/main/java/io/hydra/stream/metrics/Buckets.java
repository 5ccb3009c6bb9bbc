package io.hydra.stream.metrics;

import java.math.BigDecimal;

/**
 * Where a histogram divides what it counts. Whole numbers of a small unit are counted, and shown in
 * the metric's own unit, so that counting needs no floating point.
 *
 * @param digits by how many decimal places the small unit is smaller
 * @param bounds inclusive upper bounds in the small unit, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record Buckets(int digits, long... bounds) {
  /** Milliseconds, shown as seconds: 1 ms to a minute, fine where a target of 50 ms is judged. */
  static final Buckets LATENCY =
      new Buckets(
          3, 1, 2, 5, 7, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 150, 250, 500,
          1_000, 2_500, 5_000, 10_000, 30_000, 60_000);

  /** Microseconds, shown as seconds: 0.1 ms to 5 s. */
  static final Buckets ROUND_TRIP =
      new Buckets(
          6, 100, 250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000,
          1_000_000, 5_000_000);

  static final Buckets BATCH = new Buckets(0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);

  /** Bytes: 256 to 16 MiB. */
  static final Buckets SIZE =
      new Buckets(
          0, 1 << 8, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16, 1 << 17,
          1 << 18, 1 << 20, 1 << 22, 1 << 24);

  /**
   * @throws IllegalArgumentException if the bounds do not ascend
   */
  Buckets {
    for (int i = 1; i < bounds.length; i++) {
      if (bounds[i] <= bounds[i - 1]) {
        throw new IllegalArgumentException("bounds must ascend");
      }
    }
  }

  /** A bound as the label {@code le} has it; the one after the last is {@code +Inf}. */
  String label(int bucket) {
    return bucket == bounds.length
        ? "+Inf"
        : BigDecimal.valueOf(bounds[bucket], digits).stripTrailingZeros().toPlainString();
  }

  /** In the metric's own unit. */
  double shown(long value) {
    return BigDecimal.valueOf(value, digits).doubleValue();
  }
}
