package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells of dead letters that came up while events were loaded. The stream processor refuses an
 * event a moment after the broker took it, so the last ones are waited for briefly. A cluster may
 * deny the count to whoever may publish: that spoils no load.
 */
final class LoadedDeadLetters {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final String TOPIC = Topic.EVENTS_DLQ.topicName();

  /** Counts the dead letters there are. */
  @FunctionalInterface
  interface Counter {
    /**
     * @throws StackException if they cannot be counted
     */
    long count() throws InterruptedException;
  }

  private final Counter counter;
  private final Sleeper sleeper;
  private long before;
  private StackException failure;

  /**
   * @param counter asked now, and again later
   */
  LoadedDeadLetters(Counter counter, Sleeper sleeper) throws InterruptedException {
    this.counter = counter;
    this.sleeper = sleeper;
    try {
      this.before = counter.count();
    } catch (StackException e) {
      this.failure = e;
    }
  }

  /** Describes those that came up since, as soon as there are any; empty if none did. */
  Optional<String> note() throws InterruptedException {
    try {
      long came = failure == null ? await() : 0;
      if (came > 0) {
        return Optional.of(
            "%d dead letters came up on %s meanwhile, for events of this load or of others: their headers say why"
                .formatted(came, TOPIC));
      }
    } catch (StackException e) {
      failure = e;
    }
    return Optional.ofNullable(failure)
        .map(
            e ->
                "warning: whether events were refused is not known: %s; counting them takes the right to describe %s"
                    .formatted(e.getMessage(), TOPIC));
  }

  private long await() throws InterruptedException {
    long came = counter.count() - before;
    for (Duration waited = Duration.ZERO;
        came <= 0 && waited.compareTo(PATIENCE) < 0;
        waited = waited.plus(ROUND)) {
      sleeper.sleep(ROUND);
      came = counter.count() - before;
    }
    return came;
  }
}
