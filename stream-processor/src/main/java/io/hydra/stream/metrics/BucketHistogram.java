package io.hydra.stream.metrics;

import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

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

  BucketHistogram(Buckets buckets) {
    this.buckets = buckets;
    this.counts = new long[buckets.bounds().length + 1];
  }

  /** Shows this in {@code group}. */
  BucketHistogram register(MetricGroup group) {
    for (int i = 0; i < counts.length; i++) {
      int bucket = i;
      group
          .addGroup("le", buckets.label(bucket))
          .counter("bucket", new ReadCounter(() -> upTo(bucket)));
    }
    group.counter("count", new ReadCounter(() -> upTo(counts.length - 1)));
    group.gauge("sum", (Gauge<Double>) () -> buckets.shown(sum));
    return this;
  }

  /**
   * @param value in the small unit of the buckets; a negative one, of clocks that disagree, counts
   *     as 0
   */
  public void record(long value) {
    long counted = Math.max(0, value);
    long[] bounds = buckets.bounds();
    int bucket = 0;
    while (bucket < bounds.length && counted > bounds[bucket]) {
      bucket++;
    }
    counts[bucket]++;
    sum += counted;
  }

  private long upTo(int bucket) {
    long total = 0;
    for (int i = 0; i <= bucket; i++) {
      total += counts[i];
    }
    return total;
  }
}
