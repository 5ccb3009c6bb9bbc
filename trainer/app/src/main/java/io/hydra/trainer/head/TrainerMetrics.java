package io.hydra.trainer.head;

import io.hydra.runtime.metrics.Definition;
import io.hydra.runtime.metrics.Family;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The trainer's own metrics: the only place for their names. Each is known from the start, at 0.
 */
public final class TrainerMetrics {
  static final Definition REQUESTS =
      Definition.counter(
          "hydra_trainer_requests_total",
          "requests",
          "Head requests by what came of them: `fitted`, `skipped` (the head has seen that version),"
              + " `no_history`, `rejected` (a dead letter). A transaction that is dropped counts"
              + " again.",
          "outcome");
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
          "From the timestamp of a request's record to its head, which is visible with the next"
              + " commit.");
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
  public static final List<Definition> ALL =
      List.of(
          REQUESTS,
          ERASURES,
          DEAD_LETTERS,
          FIT_SECONDS,
          REQUEST_TO_HEAD_SECONDS,
          HEADS_WRITTEN,
          HEADS_FENCED);

  private final Metrics metrics;
  private final Family<Counter> requests;
  private final Family<Counter> deadLetters;
  final Counter erasures;
  final Timer fits;
  private final Timer requestToHead;

  /** The outcome of a request. */
  enum Outcome {
    FITTED,
    SKIPPED,
    NO_HISTORY,
    REJECTED;

    private final String label = name().toLowerCase(Locale.ROOT);
  }

  public TrainerMetrics(Metrics metrics) {
    this.metrics = metrics;
    this.requests = metrics.counters(REQUESTS);
    this.deadLetters = metrics.counters(DEAD_LETTERS);
    this.erasures = metrics.counter(ERASURES);
    this.fits = metrics.timer(FIT_SECONDS);
    this.requestToHead = metrics.timer(REQUEST_TO_HEAD_SECONDS);
    for (Outcome outcome : Outcome.values()) {
      Counter unused = requests.of(outcome.label);
    }
    for (Topic topic : List.of(Topic.HEAD_REQUESTS, Topic.ERASURES)) {
      Counter unused = deadLetters.of(topic.deadLetters().topicName());
    }
  }

  /** Shows what is written to Redis. */
  public void watch(RedisHeads heads) {
    metrics.count(HEADS_WRITTEN, heads::written);
    metrics.count(HEADS_FENCED, heads::fenced);
  }

  void countRequest(Outcome outcome) {
    requests.of(outcome.label).increment();
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
