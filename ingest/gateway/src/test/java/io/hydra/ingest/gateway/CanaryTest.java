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
import java.util.concurrent.CompletableFuture;
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

  /** Versions count the interactions, but for those that are lacking. */
  @BeforeEach
  void learn() {
    backend.answers =
        query -> {
          long known =
              backend.events.stream().filter(e -> e.getPayload() instanceof Interaction).count();
          return CompletableFuture.completedFuture(
              Response.newBuilder(InMemoryBackend.answer(query, "4"))
                  .setHistoryVersion(known - historyLacks)
                  .setHeadVersion(known - headLacks)
                  .build());
        };
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private void rounds(int n) throws InterruptedException {
    for (int i = 0; i < n; i++) {
      canary.round();
      time.advance(INTERVAL);
    }
  }

  private double outcome(String outcome) {
    return metrics
        .own()
        .getOrDefault("hydra_canary_rounds[tag(outcome=" + outcome + ")].count", 0.0);
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
    assertThat(metrics.own().get("hydra_canary[tag(stage=answer)].count")).isEqualTo(3);
    Query query = backend.queries.get(2);
    assertThat(query.getTask()).isEqualTo("LaMP_3");
    assertThat(query.getDeadline()).isAfter(backend.events.get(2).getOccurredAt());
  }

  @Test
  void itsUserIsNobodyElsesAndLeavesNothingOfAnEarlierRun() throws InterruptedException {
    rounds(2);
    assertThat(backend.events)
        .extracting(BehaviorEvent::getTenant)
        .containsOnly("hydra-canary")
        .hasSize(2);
    assertThat(backend.queries).extracting(Query::getTenant).containsOnly("hydra-canary");
    assertThat(backend.events.get(0).getPayload()).isInstanceOf(Erasure.class);
    Interaction learned = (Interaction) backend.events.get(1).getPayload();
    assertThat(learned.getOutput()).as("an output that the task knows").isEqualTo("4");
    assertThat(backend.events).extracting(BehaviorEvent::getEventId).doesNotHaveDuplicates();
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
    assertThat(backend.events)
        .extracting(BehaviorEvent::getPayload)
        .hasOnlyElementsOfType(Erasure.class);
  }
}
