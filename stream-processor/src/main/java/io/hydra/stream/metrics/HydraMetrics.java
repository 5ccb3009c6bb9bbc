package io.hydra.stream.metrics;

import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Puts an operator's metrics into Flink's registry, in the group {@code hydra}. Flink makes the
 * name of a label part of the metric's name, hence the scheme: {@code events_total}, {@code
 * writes_effect_total{effect="entered"}}, {@code flush_seconds_le_bucket{le="0.01"}}, {@code
 * flush_seconds_count}, {@code flush_seconds_sum}.
 */
public final class HydraMetrics {
  private static final String GROUP = "hydra";
  private static final String TOTAL = "total";

  private final MetricGroup group;

  /**
   * @param operator the operator's own group
   */
  public HydraMetrics(MetricGroup operator) {
    this.group = operator.addGroup(GROUP);
  }

  public Counter counter(HydraMetric metric) {
    return group.addGroup(metric.base()).counter(TOTAL);
  }

  /**
   * @param known shown from the start, at 0
   * @param labelValue what the label says of one
   */
  public <K> CounterFamily<K> counters(
      HydraMetric metric, Iterable<? extends K> known, Function<K, String> labelValue) {
    return new CounterFamily<>(
        known,
        key ->
            group
                .addGroup(metric.base())
                .addGroup(metric.label(), labelValue.apply(key))
                .counter(TOTAL));
  }

  /**
   * @param value asked for by other threads
   */
  public void gauge(HydraMetric metric, IntSupplier value) {
    group.gauge(metric.base(), (Gauge<Integer>) value::getAsInt);
  }

  public BucketHistogram histogram(HydraMetric metric) {
    return new BucketHistogram(metric.buckets()).register(group.addGroup(metric.base()));
  }
}
