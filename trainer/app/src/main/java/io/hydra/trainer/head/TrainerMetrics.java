package io.hydra.trainer.head;

import io.hydra.runtime.metrics.Family;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** Records the trainer's metrics. Each is known from the start, at 0. */
public final class TrainerMetrics {
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
    this.requests = metrics.counters(TrainerMetric.REQUESTS);
    this.deadLetters = metrics.counters(TrainerMetric.DEAD_LETTERS);
    this.erasures = metrics.counter(TrainerMetric.ERASURES);
    this.fits = metrics.timer(TrainerMetric.FIT_SECONDS);
    this.requestToHead = metrics.timer(TrainerMetric.REQUEST_TO_HEAD_SECONDS);
    for (Outcome outcome : Outcome.values()) {
      Counter unused = requests.of(outcome.label);
    }
    for (Topic topic : new Topic[] {Topic.HEAD_REQUESTS, Topic.ERASURES}) {
      Counter unused = deadLetters.of(topic.deadLetters().topicName());
    }
  }

  /** Shows what is written to Redis. */
  public void watch(RedisHeads heads) {
    metrics.count(TrainerMetric.HEADS_WRITTEN, heads::written);
    metrics.count(TrainerMetric.HEADS_FENCED, heads::fenced);
  }

  void request(Outcome outcome) {
    requests.of(outcome.label).increment();
  }

  /**
   * @param topic that the letter goes to
   */
  void deadLetter(String topic) {
    deadLetters.of(topic).increment();
  }

  /** Clocks that disagree count as no time at all. */
  void head(Duration sinceRequest) {
    requestToHead.record(sinceRequest.isNegative() ? Duration.ZERO : sinceRequest);
  }
}
