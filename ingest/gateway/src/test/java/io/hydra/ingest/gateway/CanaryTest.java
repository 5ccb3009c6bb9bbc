package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CanaryTest {
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final InMemoryBackend backend = new InMemoryBackend(time);
  private final Metrics metrics = new Metrics();
  private final Canary canary =
      new Canary(
          backend,
          "LaMP_3",
          INTERVAL,
          Duration.ofSeconds(30),
          time,
          time::nanos,
          time::advance,
          metrics);

  private long historyLacks;
  private long headLacks;

  /** Versions count the user's interactions, but for those that are lacking. */
  @BeforeEach
  void learn() {
    backend.answers =
        query -> {
          long known = interactions(query.getUserId());
          return CompletableFuture.completedFuture(
              Response.newBuilder(InMemoryBackend.answer(query, "4"))
                  .setHistoryVersion(Math.max(0, known - historyLacks))
                  .setHeadVersion(Math.max(0, known - headLacks))
                  .build());
        };
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private long interactions(String userId) {
    return backend.events.stream()
        .filter(e -> e.getPayload() instanceof Interaction && e.getUserId().equals(userId))
        .count();
  }

  private List<String> users() {
    return backend.queries.stream().map(Query::getUserId).distinct().toList();
  }

  private void rounds(int n) throws InterruptedException {
    for (int i = 0; i < n; i++) {
      canary.round();
      time.advance(INTERVAL);
    }
  }

  private double outcome(String outcome) {
    return metrics.own().getOrDefault("hydra_canary_rounds{outcome=" + outcome + "}.count", 0.0);
  }

  private double age() {
    return metrics.own().get("hydra_canary_passed_age_seconds.value");
  }

  @Test
  void aRoundIsAnEventAndAQueryWhoseAnswerKnowsOfIt() throws InterruptedException {
    rounds(3);
    assertThat(outcome("passed")).isEqualTo(2);
    assertThat(age()).isEqualTo(INTERVAL.toSeconds());
    assertThat(metrics.own().get("hydra_canary_interval_seconds.value")).isEqualTo(60);
    assertThat(metrics.own().get("hydra_canary{stage=answer}.count")).isEqualTo(3);
    Query query = backend.queries.get(2);
    assertThat(query.getTask()).isEqualTo("LaMP_3");
    assertThat(query.getDeadline()).isAfter(backend.events.get(1).getOccurredAt());
  }

  @Test
  void itsUserIsNobodyElsesAndLeavesNothing() throws InterruptedException {
    Canary other =
        new Canary(
            backend,
            "LaMP_3",
            INTERVAL,
            Duration.ofSeconds(30),
            time,
            time::nanos,
            time::advance,
            metrics);
    other.round();
    rounds(2);
    assertThat(users()).as("each gateway's canary has its own").hasSize(2);
    canary.forget();
    assertThat(backend.events)
        .extracting(BehaviorEvent::getTenant)
        .containsOnly("hydra-canary")
        .hasSize(2);
    assertThat(backend.queries).extracting(Query::getTenant).containsOnly("hydra-canary");
    Interaction learned = (Interaction) backend.events.get(0).getPayload();
    assertThat(learned.getOutput()).as("an output that the task knows").isEqualTo("4");
    assertThat(backend.events.get(1).getPayload()).isInstanceOf(Erasure.class);
    assertThat(backend.events).extracting(BehaviorEvent::getUserId).containsOnly(users().get(1));
    assertThat(backend.events).extracting(BehaviorEvent::getEventId).doesNotHaveDuplicates();
  }

  @Test
  void aWayThatIsAlwaysLateNeverPasses() throws InterruptedException {
    rounds(2);
    historyLacks = 1;
    headLacks = 1;
    rounds(5);
    assertThat(outcome("passed")).isEqualTo(1);
    assertThat(outcome("history")).isEqualTo(5);
    historyLacks = 0;
    rounds(3);
    assertThat(outcome("passed")).isEqualTo(1);
    assertThat(outcome("head")).isEqualTo(3);
  }

  @Test
  void aLateWayDoesNotPassAfterAnAnswerThatFailed() throws InterruptedException {
    rounds(2);
    Function<Query, CompletableFuture<Response>> answers = backend.answers;
    backend.answers =
        query ->
            CompletableFuture.completedFuture(
                InMemoryBackend.failure(query, ResponseStatus.LLM_FAILED, "away"));
    rounds(1);
    backend.answers = answers;
    historyLacks = 1;
    rounds(3);
    assertThat(outcome("answer")).isEqualTo(1);
    assertThat(outcome("passed")).isEqualTo(1);
    assertThat(outcome("history")).isEqualTo(3);
  }

  @Test
  void anEventThatWasNotConfirmedGoesAgainUnderItsId() throws InterruptedException {
    rounds(2);
    backend.away = true;
    rounds(1);
    Instant tried = Instant.ofEpochMilli(time.millis()).minus(INTERVAL);
    backend.away = false;
    rounds(1);
    assertThat(backend.events).hasSize(2);
    assertThat(backend.events.get(1).getOccurredAt()).isEqualTo(tried);
    assertThat(outcome("passed")).isEqualTo(2);
  }

  @Test
  void aUserWhoseEventIsLostIsForgottenAndANewOnePasses() throws InterruptedException {
    rounds(3);
    backend.events.remove(0);
    rounds(1);
    assertThat(outcome("history")).isEqualTo(1);
    rounds(2);
    assertThat(outcome("passed")).isEqualTo(4);
    assertThat(users()).hasSize(2);
    assertThat(backend.events)
        .filteredOn(event -> event.getPayload() instanceof Erasure)
        .extracting(BehaviorEvent::getUserId)
        .containsExactly(users().get(0));
  }

  @Test
  void aFailureNamesTheStageAndTheAgeGrowsUntilARoundPasses() throws InterruptedException {
    rounds(2);
    backend.away = true;
    rounds(1);
    assertThat(outcome("publish")).isEqualTo(1);
    backend.away = false;
    headLacks = 1;
    rounds(1);
    assertThat(outcome("head")).isEqualTo(1);
    historyLacks = 1;
    rounds(1);
    assertThat(outcome("history")).isEqualTo(1);
    assertThat(age()).isGreaterThan(3 * INTERVAL.toSeconds());
    headLacks = 0;
    historyLacks = 0;
    rounds(1);
    assertThat(outcome("passed")).isEqualTo(2);
    assertThat(age()).isEqualTo(INTERVAL.toSeconds());
  }

  @Test
  void aResponseWithoutAnAnswerIsAFailureOfThatStage() throws InterruptedException {
    backend.answers =
        query ->
            CompletableFuture.completedFuture(
                InMemoryBackend.failure(query, ResponseStatus.LLM_FAILED, "away"));
    rounds(2);
    assertThat(outcome("answer")).isEqualTo(2);
    assertThat(outcome("passed")).isZero();
    assertThat(backend.events).as("what an answer looks like is not known").isEmpty();
  }
}
