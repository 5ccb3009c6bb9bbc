package io.hydra.stream.metrics;

import java.math.BigDecimal;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/**
 * A cumulative histogram as Prometheus knows it, over all values ever. Flink's own is shown as
 * quantiles of a sample, which cannot be summed over subtasks nor taken over a time of one's
 * choice.
 *
 * <p>One thread records. Others read at any time and may see a value in one number and not yet in
 * another, as with Flink's counters.
 */
public final class BucketHistogram {
  private final Buckets buckets;
  private final long[] counts;
  private long sum;

  /**
   * The bounds of a histogram. Whole numbers of a small unit are counted, and shown in the metric's
   * own unit, so that counting needs no floating point.
   *
   * @param digits by how many decimal places the small unit is smaller
   * @param bounds inclusive upper bounds in the small unit, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Buckets(int digits, long... bounds) {
    /** Milliseconds, shown as seconds: 1 ms to a minute, fine where a target of 50 ms is judged. */
    static final Buckets LATENCY =
        new Buckets(
            3, 1, 2, 5, 7, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 150, 250,
            500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);

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
  }

  /** Shows this in {@code group}. */
  BucketHistogram(Buckets buckets, MetricGroup group) {
    this.buckets = buckets;
    this.counts = new long[buckets.bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      group.addGroup("le", buckets.label(i)).counter("bucket", countUpTo(i));
    }
    group.counter("count", countUpTo(counts.length - 1));
    group.gauge("sum", (Gauge<Double>) () -> BigDecimal.valueOf(sum, buckets.digits).doubleValue());
  }

  private SimpleCounter countUpTo(int bucket) {
    return new SimpleCounter() {
      @Override
      public long getCount() {
        long total = 0;
        for (int i = 0; i <= bucket; i++) {
          total += counts[i];
        }
        return total;
      }
    };
  }

  /**
   * @param value in the small unit of the buckets; a negative one, of clocks that disagree, counts
   *     as 0
   */
  public void record(long value) {
    long counted = Math.max(0, value);
    int bucket = 0;
    while (bucket < buckets.bounds.length && counted > buckets.bounds[bucket]) {
      bucket++;
    }
    counts[bucket]++;
    sum += counted;
  }
}
