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
 * #SETTLE_SECONDS} s, and asks one query: its response must know of every event so far, in the
 * history and in the head. One that came late does not stand in for the next. The user has a tenant
 * of its own and counts against no key's limits. Used by one thread; {@link #forget} and the
 * metrics by any.
 *
 * <p>The user is new with each start, since another gateway's events must not pass for this one's,
 * and its version is the count of its events. It is left for a new one when a round fails at
 * history or head after others have passed: were an event lost, or the histories rebuilt from
 * fewer, its count would never be reached again.
 */
final class Canary {
  /** A round takes the settling and an answer, and rounds must not follow without a pause. */
  static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);

  static final long SETTLE_SECONDS = 5;
  private static final String INPUT = "Is this answered?";
  private static final String PASSED = "passed";
  private static final Logger log = LoggerFactory.getLogger(Canary.class);

  /** The steps that a round may fail at, in their order. */
  enum Stage {
    /** Kafka has not confirmed the event. */
    PUBLISH,
    /** No response came, or one without an answer. */
    ANSWER,
    /** The answer's history lacks an event. */
    HISTORY,
    /** The answer's head has not learned from every event. */
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

  private volatile UserKey user = user();

  /** An answer of the task, which the events repeat; null before the first. */
  private String output;

  /** Of which Kafka has not confirmed that it has it: goes again under its id, to count once. */
  private BehaviorEvent unconfirmed;

  /** The user's events that Kafka has. */
  private long confirmed;

  /** True once the user has passed a round. */
  private boolean proven;

  /** The step that the last round failed at; null if it passed. */
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

  /** Goes the whole way once. The first time only finds out what an answer looks like. */
  void round() throws InterruptedException {
    try {
      if (output == null) {
        output = answer().getText();
        return;
      }
      publish();
      sleeper.sleep(Duration.ofSeconds(SETTLE_SECONDS));
      verify(answer());
      passed();
    } catch (FailedException e) {
      failed(e);
    }
  }

  /** Erases what the user leaves behind. Nothing depends on it, so that nobody waits. */
  void forget() {
    var unused =
        backend
            .publish(BehaviorEvents.erasure(id(), user, now()), Map.of())
            .exceptionally(
                failure -> {
                  String why = Failures.unwrap(failure).getMessage();
                  log.warn("what a canary left behind is not forgotten: {}", why);
                  return null;
                });
  }

  private void publish() throws FailedException, InterruptedException {
    if (unconfirmed == null) {
      unconfirmed = BehaviorEvents.interaction(id(), user, task, now(), INPUT, output);
    }
    time(Stage.PUBLISH, () -> backend.publish(unconfirmed, Map.of()));
    unconfirmed = null;
    confirmed++;
  }

  private Response answer() throws FailedException, InterruptedException {
    Response response = time(Stage.ANSWER, () -> backend.ask(query(), Map.of()));
    if (response.getText() == null) {
      throw new FailedException(Stage.ANSWER, "the response is " + response.getStatus());
    }
    return response;
  }

  private void verify(Response response) throws FailedException {
    if (response.getHistoryVersion() < confirmed) {
      throw new FailedException(
          Stage.HISTORY,
          "history version %d after %d events".formatted(response.getHistoryVersion(), confirmed));
    }
    if (response.getHeadVersion() < confirmed) {
      throw new FailedException(
          Stage.HEAD,
          "head version %d after %d events".formatted(response.getHeadVersion(), confirmed));
    }
  }

  private void passed() {
    proven = true;
    rounds.of(PASSED).increment();
    passedAt = nanoTime.getAsLong();
    if (failing != null) {
      failing = null;
      log.info("the canary's round passes again");
    }
  }

  private void failed(FailedException e) {
    rounds.of(e.stage.label()).increment();
    if (failing != e.stage) {
      failing = e.stage;
      log.warn("the canary's round failed at {}, will repeat: {}", e.stage, e.getMessage());
    }
    if (proven && (e.stage == Stage.HISTORY || e.stage == Stage.HEAD)) {
      forget();
      user = user();
      confirmed = 0;
      proven = false;
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

  private Query query() {
    return Query.newBuilder()
        .setQueryId(id())
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setTask(task)
        .setInput(INPUT)
        .setDeadline(now().plus(patience))
        .build();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  private static UserKey user() {
    return new UserKey(UserKey.CANARY_TENANT, "canary-" + id());
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
