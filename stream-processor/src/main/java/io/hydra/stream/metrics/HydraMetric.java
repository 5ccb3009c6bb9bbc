package io.hydra.stream.metrics;

import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.Definition.Kind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every metric of the job: the only place for their names. */
public enum HydraMetric {
  EVENTS(Kind.COUNTER, "decode", "records", "Records read from `hydra.events`."),
  REJECTED(
      Kind.COUNTER,
      "decode",
      "exception",
      "records",
      "Records that went to the dead letters undecoded or unfit, by the class of the reason."),
  WRITES(
      Kind.COUNTER,
      "write-history",
      "effect",
      "events",
      "Events that came to the store, by what they did to the history: `entered` (new), `replaced`,"
          + " `repeated` (a duplicate), `too_old`, `erased` (at or before the user's last erasure),"
          + " `refused` (never writable: a dead letter too, which `rejected` does not count)."),
  ERASURES(Kind.COUNTER, "write-history", "events", "Erasures carried out."),
  LATE_EVENTS(
      Kind.COUNTER,
      "write-history",
      "events",
      "Events whose `occurred_at` lay behind the watermark when they came; written all the same."),
  EVENTS_IN_FLIGHT(
      Kind.GAUGE, "write-history", "events", "Accepted and not yet acknowledged by the store."),
  EVENT_TO_HISTORY_SECONDS(
      Buckets.LATENCY,
      "write-history",
      "seconds",
      "From the Kafka record's timestamp to the acknowledged write or erasure."),
  FLUSH_EVENTS(Buckets.BATCH, "write-history", "events", "Writes in one round trip to the store."),
  FLUSH_SECONDS(
      Buckets.ROUND_TRIP,
      "write-history",
      "seconds",
      "One round trip of writes that the store acknowledged."),
  STORE_FAILURES(
      Kind.COUNTER,
      "write-history",
      "attempts",
      "Writes and erasures that failed since the store was away; each is tried again."),
  STORE_AWAY(Kind.GAUGE, "write-history", "0 or 1", "1 from a failed attempt until one succeeds."),
  HISTORY_BYTES(
      Buckets.SIZE,
      "write-history",
      "bytes",
      "What Redis says that one history takes, of one user and task: its hash and its sorted set."
          + " Of one that was just written, at most once a second."),
  HEAD_REQUESTS(
      Kind.COUNTER,
      "trigger",
      "reason",
      "requests",
      "Head updates requested, by reason: `count`, `delay`, `rebuilt`.");

  /** A name as Flink's scope changes it. */
  private static final String SCOPE = "flink_taskmanager_job_task_operator_hydra_";

  private final Buckets buckets;
  private final String operator;
  private final Definition definition;

  HydraMetric(Kind kind, String operator, String unit, String meaning) {
    this(kind, null, operator, null, unit, meaning);
  }

  HydraMetric(Kind kind, String operator, String label, String unit, String meaning) {
    this(kind, null, operator, label, unit, meaning);
  }

  HydraMetric(Buckets buckets, String operator, String unit, String meaning) {
    this(Kind.HISTOGRAM, buckets, operator, null, unit, meaning);
  }

  HydraMetric(
      Kind kind, Buckets buckets, String operator, String label, String unit, String meaning) {
    this.buckets = buckets;
    this.operator = operator;
    String name = SCOPE + base() + (label == null ? "" : "_" + label);
    this.definition =
        new Definition(
            kind == Kind.COUNTER ? name + "_total" : name,
            kind,
            label == null ? List.of() : List.of(label),
            unit,
            meaning);
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

  /** The first part of its name; Prometheus has Flink's scope and {@code hydra} before it. */
  public String base() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Its definition: name, kind, unit and meaning. A histogram is made of the counters {@code
   * …_le_bucket} and {@code …_count} and the gauge {@code …_sum}.
   */
  public Definition definition() {
    return definition;
  }

  Buckets buckets() {
    return buckets;
  }

  /** Which operator has it. */
  public String operator() {
    return operator;
  }

  /** Of those that have one. */
  String label() {
    return definition.labels().get(0);
  }
}
