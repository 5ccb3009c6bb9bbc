package io.hydra.trainer.head;

import io.hydra.model.worth.Gains;
import io.hydra.model.worth.HistoryLength;
import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.Family;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.topic.Topic;
import io.hydra.trainer.evidence.UserEvidence.Arrival;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * The trainer's own metrics: the only place for their names. Each is known from the start, at 0.
 */
public final class TrainerMetrics {
  static final Definition REQUESTS =
      Definition.counter(
          "hydra_trainer_requests_total",
          "requests",
          "Head requests by what came of them: `fitted`, `skipped` (the head has seen that version,"
              + " and the verdicts), `no_history` (nor verdicts), `rejected` (a dead letter). A"
              + " transaction that is dropped counts again.",
          "outcome");
  static final Definition VERDICTS =
      Definition.counter(
          "hydra_trainer_verdicts_total",
          "verdicts",
          "Verdicts on responses by what became of them, as on `hydra.verdict-outcomes`: `joined`,"
              + " `waiting` (counts again once the exposure comes), `repeated`, `superseded`,"
              + " `late`, `erased`, `no_signal`, `inapplicable`.",
          "outcome");
  static final Definition EXPOSURES =
      Definition.counter(
          "hydra_trainer_exposures_total",
          "exposures",
          "Exposures by what became of them: `kept`, `repeated`, `outnumbered` (older than as many as"
              + " are kept), `erased` (from before the user was forgotten).",
          "arrival");
  static final Definition EVIDENCE_FITS =
      Definition.counter(
          "hydra_trainer_evidence_fits_total",
          "fits",
          "Fits that learned from verdicts, beside the history.");
  static final Definition EVIDENCE_PURGED =
      Definition.counter(
          "hydra_trainer_evidence_purged_total",
          "rows",
          "Exposures without a verdict, and verdicts that teach nothing, that were removed for their"
              + " age.");
  static final Definition ERASURES =
      Definition.counter(
          "hydra_trainer_erasures_total", "erasures", "Erasures that were followed.");
  static final Definition DEAD_LETTERS =
      Definition.counter(
          "hydra_trainer_dead_letters_total",
          "records",
          "Records that went to the dead letters, by the topic that they go to.",
          "topic");
  static final Definition FIT_SECONDS =
      Definition.seconds(
          "hydra_trainer_fit_seconds", "Time of one fit of a user's heads for one task.");
  static final Definition REQUEST_TO_HEAD_SECONDS =
      Definition.seconds(
          "hydra_trainer_request_to_head_seconds",
          "From the timestamp of a request's record to its head, then on its way to Redis.");
  static final Definition HEADS_WRITTEN =
      Definition.counter(
          "hydra_trainer_heads_written_total",
          "records",
          "Records of `hydra.heads` that were applied in Redis, tombstones among them.");
  static final Definition HEADS_FENCED =
      Definition.counter(
          "hydra_trainer_heads_fenced_total",
          "records",
          "Records of `hydra.heads` that changed nothing, since a newer one of the user had been"
              + " applied.");
  static final Definition UNFITTED =
      Definition.counter(
          "hydra_trainer_unfitted_total",
          "fits",
          "Fits that failed for a base beside the first, whose heads the user has all the same.");
  static final Definition VECTORS =
      Definition.counter(
          "hydra_trainer_vectors_total",
          "histories",
          "Histories whose texts' new vectors were to be kept in Redis: `kept`, or `dropped` (Redis"
              + " away or slow, or the user forgotten meanwhile); they are made again when needed.",
          "outcome");
  static final Definition SHIFTED_FITS =
      Definition.counter(
          "hydra_trainer_shifted_fits_total",
          "fits",
          "Fits of users whose behaviour had turned within their last ten examples.");
  static final Definition GAIN_ANSWERS =
      Definition.counter(
          "hydra_trainer_gain_answers_total",
          "answers",
          "Answers of which a verdict tells what the choice was worth beside plain sampling's: those"
              + " that users rewrote, or replaced by another candidate. By how many events their users"
              + " had told, `history`: `no`, `1 to 5`, `6 to 20`, `21 and more`; and once more under `all`.",
          "task",
          "history");
  static final Definition GAIN_MEAN =
      Definition.gauge(
          "hydra_trainer_gain_mean",
          "quality",
          "Their mean gain since this process started, -1 to 1: quality of the answer less that of"
              + " plain sampling's.",
          "task",
          "history");
  static final Definition GAIN_LOW =
      Definition.gauge(
          "hydra_trainer_gain_low",
          "quality",
          "The gain is at least this: with 95 % confidence at all times at once.",
          "task",
          "history");
  static final Definition GAIN_HIGH =
      Definition.gauge(
          "hydra_trainer_gain_high",
          "quality",
          "The gain is at most this, likewise. Below 0, plain sampling serves this task's users"
              + " better.",
          "task",
          "history");
  public static final List<Definition> ALL =
      List.of(
          REQUESTS,
          VERDICTS,
          EXPOSURES,
          EVIDENCE_FITS,
          EVIDENCE_PURGED,
          ERASURES,
          DEAD_LETTERS,
          FIT_SECONDS,
          REQUEST_TO_HEAD_SECONDS,
          HEADS_WRITTEN,
          HEADS_FENCED,
          UNFITTED,
          VECTORS,
          SHIFTED_FITS,
          GAIN_ANSWERS,
          GAIN_MEAN,
          GAIN_LOW,
          GAIN_HIGH);

  private final Metrics metrics;
  private final Family<Counter> requests;
  private final Family<Counter> verdicts;
  private final Family<Counter> exposures;
  private final Family<Counter> deadLetters;
  final Counter erasures;
  final Counter evidencePurged;
  private final Counter evidenceFits;
  private final Counter shiftedFits;
  private final Counter unfitted;
  private final Map<List<String>, SharedGains> gains = new ConcurrentHashMap<>();
  private final Timer fits;
  private final Timer requestToHead;

  /** The outcome of a request. */
  enum RequestOutcome {
    FITTED,
    SKIPPED,
    NO_HISTORY,
    REJECTED;

    private final String label = name().toLowerCase(Locale.ROOT);
  }

  public TrainerMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.requests = metrics.counters(REQUESTS);
    this.verdicts = metrics.counters(VERDICTS);
    this.exposures = metrics.counters(EXPOSURES);
    this.deadLetters = metrics.counters(DEAD_LETTERS);
    this.evidencePurged = metrics.counter(EVIDENCE_PURGED);
    this.unfitted = metrics.counter(UNFITTED);
    this.evidenceFits = metrics.counter(EVIDENCE_FITS);
    this.shiftedFits = metrics.counter(SHIFTED_FITS);
    this.erasures = metrics.counter(ERASURES);
    this.fits = metrics.timer(FIT_SECONDS);
    this.requestToHead = metrics.timer(REQUEST_TO_HEAD_SECONDS);
    for (RequestOutcome outcome : RequestOutcome.values()) {
      Counter unused = requests.of(outcome.label);
    }
    for (Outcome outcome : Outcome.values()) {
      if (outcome != Outcome.UNKNOWN) {
        Counter unused = verdicts.of(label(outcome));
      }
    }
    for (Arrival arrival : Arrival.values()) {
      Counter unused = exposures.of(label(arrival));
    }
    for (Topic topic : Topic.TRAINER_INPUTS) {
      Counter unused = deadLetters.of(topic.deadLetters().topicName());
    }
  }

  /** Shows what is written to Redis. */
  public void watch(RedisHeads heads) {
    metrics.count(HEADS_WRITTEN, heads::written);
    metrics.count(HEADS_FENCED, heads::fenced);
  }

  /** Shows what is kept of texts' vectors. */
  public void watch(VectorKeeper keeper) {
    metrics.count(VECTORS, keeper::kept, "kept");
    metrics.count(VECTORS, keeper::dropped, "dropped");
  }

  void countRequest(RequestOutcome outcome) {
    requests.of(outcome.label).increment();
  }

  void countVerdict(Outcome outcome) {
    verdicts.of(label(outcome)).increment();
  }

  void countExposure(Arrival arrival) {
    exposures.of(label(arrival)).increment();
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param judged answers that it learned from
   * @param shifted whether the user's behaviour has turned lately
   */
  void recordFit(Duration time, int judged, boolean shifted) {
    if (shifted) {
      shiftedFits.increment();
    }
    fits.record(time);
    if (judged > 0) {
      evidenceFits.increment();
    }
  }

  /** Counts what the choice of an answer was worth. */
  void record(AnswerGain gain) {
    // Of the catalogue's tasks, so these are few.
    for (HistoryLength history : HistoryLength.of(gain.getHistoryVersion())) {
      gains
          .computeIfAbsent(
              List.of(gain.getTask(), history.words()),
              cohort -> show(cohort.get(0), cohort.get(1)))
          .add(gain);
    }
  }

  private SharedGains show(String task, String history) {
    SharedGains shown = new SharedGains();
    metrics.count(GAIN_ANSWERS, () -> (long) shown.read(Gains::answers), task, history);
    metrics.gauge(GAIN_MEAN, () -> shown.read(Gains::mean), task, history);
    metrics.gauge(GAIN_LOW, () -> shown.read(Gains::low), task, history);
    metrics.gauge(GAIN_HIGH, () -> shown.read(Gains::high), task, history);
    return shown;
  }

  /** The gains of one cohort, from all stream threads. */
  private static final class SharedGains {
    private final Gains gains = new Gains();

    synchronized void add(AnswerGain gain) {
      gains.add(gain);
    }

    synchronized double read(ToDoubleFunction<Gains> figure) {
      return figure.applyAsDouble(gains);
    }
  }

  void countUnfitted() {
    unfitted.increment();
  }

  /**
   * @param topic that the letter goes to
   */
  void countDeadLetter(String topic) {
    deadLetters.of(topic).increment();
  }

  /** Clocks that disagree count as no time at all. */
  void recordHead(Duration sinceRequest) {
    requestToHead.record(sinceRequest.isNegative() ? Duration.ZERO : sinceRequest);
  }
}
