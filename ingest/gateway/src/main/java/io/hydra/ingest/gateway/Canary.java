package io.hydra.ingest.gateway;

import io.hydra.ingest.BehaviorEvents;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.metrics.Family;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.UserKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A made-up user who shows that the whole way works. Each round publishes an event, waits {@value
 * #SETTLE_SECONDS} s, and asks one query: its response must know of the event, in the history and
 * in the head. The user has a tenant of its own and counts against no key's limits. The first round
 * forgets what an earlier run has left. Used by one thread; the metrics may be read by any.
 */
final class Canary {
  static final UserKey USER = new UserKey("hydra-canary", "canary");

  /** A round takes the settling and an answer, and rounds must not follow without a pause. */
  static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);

  static final long SETTLE_SECONDS = 5;
  private static final String INPUT = "Does the canary sing?";
  private static final String PASSED = "passed";
  private static final Logger log = LoggerFactory.getLogger(Canary.class);

  /** What a round may fail at, in its order. */
  enum Stage {
    /** Kafka has not confirmed the event. */
    PUBLISH,
    /** No response came, or one without an answer. */
    ANSWER,
    /** The answer's history lacks the event. */
    HISTORY,
    /** The answer's head has not learned from the event. */
    HEAD;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Backend backend;
  private final String task;
  private final Duration patience;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private final Family<Counter> rounds;
  private final Family<Timer> times;

  /** The last response with an answer; null before the first. */
  private Response last;

  /** How the last round failed; null if it passed. */
  private Stage failing;

  private volatile long passedAt;

  private static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final Stage stage;

    FailedException(Stage stage, String why) {
      super(why);
      this.stage = stage;
    }
  }

  /**
   * @param task of its query; a closed one costs an LLM least
   * @param patience with the query's response
   */
  Canary(
      Backend backend,
      String task,
      Duration interval,
      Duration patience,
      Clock clock,
      LongSupplier nanoTime,
      Sleeper sleeper,
      Metrics metrics) {
    this.backend = backend;
    this.task = task;
    this.patience = patience;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
    this.passedAt = nanoTime.getAsLong();
    this.rounds = metrics.counters(GatewayMetrics.CANARY_ROUNDS);
    this.times = metrics.timers(GatewayMetrics.CANARY_SECONDS);
    metrics.gauge(
        GatewayMetrics.CANARY_PASSED_AGE,
        () -> TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - passedAt));
    metrics.gauge(GatewayMetrics.CANARY_INTERVAL, interval::toSeconds);
  }

  /** Goes the whole way once. The first time only finds out where it stands. */
  void round() throws InterruptedException {
    try {
      boolean first = last == null;
      time(Stage.PUBLISH, () -> backend.publish(first ? erasure() : event(), Map.of()));
      sleeper.sleep(Duration.ofSeconds(SETTLE_SECONDS));
      Response before = last;
      Response response = time(Stage.ANSWER, () -> backend.ask(query(), Map.of()));
      if (response.getText() == null) {
        throw new FailedException(Stage.ANSWER, "the response is " + response.getStatus());
      }
      last = response;
      if (!first) {
        verify(before.getHistoryVersion(), response);
        passed();
      }
    } catch (FailedException e) {
      rounds.of(e.stage.label()).increment();
      if (failing != e.stage) {
        failing = e.stage;
        log.warn("the canary's round failed at {}, will repeat: {}", e.stage, e.getMessage());
      }
    }
  }

  private void passed() {
    rounds.of(PASSED).increment();
    passedAt = nanoTime.getAsLong();
    if (failing != null) {
      failing = null;
      log.info("the canary's round passes again");
    }
  }

  private static void verify(long before, Response response) throws FailedException {
    if (response.getHistoryVersion() <= before) {
      throw new FailedException(
          Stage.HISTORY,
          "history version %d, was %d before the event"
              .formatted(response.getHistoryVersion(), before));
    }
    if (response.getHeadVersion() <= before) {
      throw new FailedException(
          Stage.HEAD,
          "head version %d, history version %d"
              .formatted(response.getHeadVersion(), response.getHistoryVersion()));
    }
  }

  private interface Step<T> {
    CompletableFuture<T> begin();
  }

  /** The backend bounds how long it takes. */
  private <T> T time(Stage stage, Step<T> step) throws FailedException, InterruptedException {
    long start = nanoTime.getAsLong();
    try {
      T result = step.begin().get();
      times.of(stage.label()).record(nanoTime.getAsLong() - start, TimeUnit.NANOSECONDS);
      return result;
    } catch (ExecutionException | RuntimeException e) {
      throw new FailedException(stage, Failures.unwrap(e).getMessage());
    }
  }

  private BehaviorEvent erasure() {
    return BehaviorEvents.erasure(id(), USER, now());
  }

  /** What was answered last is an output that the task knows. */
  private BehaviorEvent event() {
    return BehaviorEvents.interaction(id(), USER, task, now(), INPUT, last.getText());
  }

  private Query query() {
    return Query.newBuilder()
        .setQueryId(id())
        .setTenant(USER.tenant())
        .setUserId(USER.userId())
        .setTask(task)
        .setInput(INPUT)
        .setDeadline(now().plus(patience))
        .build();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
