package io.hydra.stream.metrics;

import static java.util.stream.Collectors.joining;

import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.Definition.Kind;
import io.hydra.stream.metrics.BucketHistogram.Buckets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric of the job: the only place for their names. They are in Flink's registry, in the
 * operator's group {@code hydra}. Flink makes the name of a label part of the metric's name, hence
 * the scheme: {@code events_total}, {@code writes_effect_total{effect="entered"}}, {@code
 * flush_seconds_le_bucket{le="0.01"}}, {@code flush_seconds_count}, {@code flush_seconds_sum}.
 */
public enum HydraMetric {
  EVENTS(Kind.COUNTER, "records", "Records read from `hydra.events`."),
  REJECTED(
      Kind.COUNTER,
      "exception",
      "records",
      "Records that went to the dead letters undecoded or unfit, by the class of the reason."),
  VERDICTS(
      Kind.COUNTER,
      "verdict",
      "events",
      "Verdicts on responses that were passed on to the trainer, by kind: `accepted`, `rejected`,"
          + " `chose`, `edited` (an interaction that names a query too), `rated`."),
  WRITES(
      Kind.COUNTER,
      "effect",
      "events",
      "Events that came to the store, by what they did to the history: `entered` (new), `replaced`,"
          + " `repeated` (a duplicate), `too_old`, `erased` (at or before the user's last erasure),"
          + " `refused` (never writable: a dead letter too, which `rejected` does not count)."),
  ERASURES(Kind.COUNTER, "events", "Erasures carried out."),
  LATE_EVENTS(
      Kind.COUNTER,
      "events",
      "Events whose `occurred_at` lay behind the watermark when they came; written all the same."),
  EVENTS_IN_FLIGHT(Kind.GAUGE, "events", "Accepted and not yet acknowledged by the store."),
  EVENT_TO_HISTORY_SECONDS(
      Buckets.LATENCY,
      "seconds",
      "From the Kafka record's timestamp to the acknowledged write or erasure."),
  FLUSH_EVENTS(Buckets.BATCH, "events", "Writes in one round trip to the store."),
  FLUSH_SECONDS(
      Buckets.ROUND_TRIP, "seconds", "One round trip of writes that the store acknowledged."),
  STORE_FAILURES(
      Kind.COUNTER,
      "attempts",
      "Writes and erasures that failed since the store was away; each is tried again."),
  STORE_AWAY(Kind.GAUGE, "0 or 1", "1 from a failed attempt until one succeeds."),
  HISTORY_BYTES(
      Buckets.SIZE,
      "bytes",
      "What Redis says that one history takes, of one user and task."
          + " Of one that was just written, at most once a second."),
  HISTORIES_NOT_PACKED(
      Kind.COUNTER,
      "histories",
      "Histories that are not packed, since they are larger than 256 KiB or damaged, and take some"
          + " two and a half times as much memory. After a restart they are counted again."),
  HEAD_REQUESTS(
      Kind.COUNTER,
      "reason",
      "requests",
      "Head updates requested, by reason: `count`, `delay`, `rebuilt`.");

  private static final String GROUP = "hydra";
  private static final String TOTAL = "total";

  /** The names' beginning, as Flink's scope makes it. */
  private static final String SCOPE = "flink_taskmanager_job_task_operator_hydra_";

  private final Buckets buckets;
  private final Definition definition;

  HydraMetric(Kind kind, String unit, String meaning) {
    this(kind, null, List.of(), unit, meaning);
  }

  HydraMetric(Kind kind, String label, String unit, String meaning) {
    this(kind, null, List.of(label), unit, meaning);
  }

  HydraMetric(Buckets buckets, String unit, String meaning) {
    this(Kind.HISTOGRAM, buckets, List.of(), unit, meaning);
  }

  HydraMetric(Kind kind, Buckets buckets, List<String> labels, String unit, String meaning) {
    this.buckets = buckets;
    String name = SCOPE + base() + labels.stream().map("_"::concat).collect(joining());
    this.definition =
        new Definition(kind == Kind.COUNTER ? name + "_total" : name, kind, labels, unit, meaning);
  }

  /** The metric that a series of Flink's registry belongs to, by its name for Prometheus. */
  static Optional<HydraMetric> of(String series) {
    if (!series.startsWith(SCOPE)) {
      return Optional.empty();
    }
    String rest = series.substring(SCOPE.length());
    return Arrays.stream(values())
        .filter(metric -> rest.startsWith(metric.base()))
        .max(Comparator.comparingInt(metric -> metric.base().length()));
  }

  private String base() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Its definition: name, kind, unit and meaning. A histogram is made of the counters {@code
   * …_le_bucket} and {@code …_count} and the gauge {@code …_sum}.
   */
  public Definition definition() {
    return definition;
  }

  /**
   * @param operator the operator's own group
   */
  public Counter counter(MetricGroup operator) {
    return group(operator).counter(TOTAL);
  }

  /**
   * @param known shown from the start, at 0: what begins at one hides its first event from every
   *     rate
   * @param labelValue gives the label of one
   */
  public <K> Counters<K> counters(
      MetricGroup operator, List<? extends K> known, Function<K, String> labelValue) {
    MetricGroup group = group(operator);
    String label = definition.labels().get(0);
    Counters<K> counters =
        new Counters<>(
            new HashMap<>(), key -> group.addGroup(label, labelValue.apply(key)).counter(TOTAL));
    known.forEach(counters::get);
    return counters;
  }

  /** Counters of one name that differ in the value of its label. One thread counts. */
  public record Counters<K>(Map<K, Counter> known, Function<K, Counter> register) {
    public void inc(K key) {
      get(key).inc();
    }

    private Counter get(K key) {
      return known.computeIfAbsent(key, register);
    }
  }

  /**
   * @param value asked for by other threads
   */
  public void gauge(MetricGroup operator, IntSupplier value) {
    operator.addGroup(GROUP).gauge(base(), (Gauge<Integer>) value::getAsInt);
  }

  public BucketHistogram histogram(MetricGroup operator) {
    return new BucketHistogram(buckets, group(operator));
  }

  private MetricGroup group(MetricGroup operator) {
    return operator.addGroup(GROUP).addGroup(base());
  }
}
