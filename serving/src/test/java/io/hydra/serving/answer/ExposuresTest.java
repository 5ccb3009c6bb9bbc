package io.hydra.serving.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.text.Words;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.Trial;
import io.hydra.schemas.avro.TrialItems;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.registry.RegistrySerializer;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExposuresTest {
  private static final TaskCatalogue TASKS = TaskCatalogue.shipped();
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.123Z");

  private static final Instant ASKED = NOW.minusSeconds(2);

  @BeforeAll
  static void trust() {
    RegistrySerializer.trustRecords();
  }

  @Test
  void anExposureSaysWhatWasShownAndFromWhat() {
    assertThat(of(query("the sky").build(), ASKED, response("red").build()))
        .contains(
            Exposure.newBuilder()
                .setQueryId("q")
                .setTenant("acme")
                .setUserId("ann")
                .setTask("colours")
                .setAskedAt(ASKED)
                .setShownAt(NOW)
                .setInput("the sky")
                .setShown(1)
                .setCandidates(
                    List.of(
                        new ShownCandidate("blue", 0.5, 1, 0.25f),
                        new ShownCandidate("red", 0.3, 2, null),
                        new ShownCandidate("green", 0.2, 2, null)))
                .setItems(List.of("e2", "e1"))
                .setUnadapted(1)
                .setHistoryVersion(7)
                .setBaseVersion("base-1")
                .setHeadVersion(5)
                .build());
  }

  @Test
  void aReasonThatDegradesAnAnswerDoesNotHideWhatWasShown() {
    Response degraded = response("red").setStatus(ResponseStatus.DEGRADED).build();
    assertThat(of(query("the sky").build(), ASKED, degraded)).isPresent();
  }

  @Test
  void whatWasNotChosenForTheUserIsNoExposure() {
    Query query = query("the sky").build();
    for (ResponseStatus failed :
        EnumSet.complementOf(EnumSet.of(ResponseStatus.OK, ResponseStatus.DEGRADED))) {
      assertThat(of(query, ASKED, response("red").setStatus(failed).build())).isEmpty();
    }
    assertThat(of(query, ASKED, response("red").setCandidates(List.of()).build())).isEmpty();
    Query trial = query("the sky").setTrial(new Trial(TrialItems.RERANKED, List.of())).build();
    assertThat(of(trial, ASKED, response("blue").build())).isEmpty();
    Query impersonal = query("the sky").setPersonalize(false).build();
    assertThat(of(impersonal, ASKED, response("red").build())).isEmpty();
  }

  @Test
  void anAnswerThatIsNoCandidateAndSamplesThatWereNoneAreMarked() {
    Response unsampled =
        response("violet")
            .setCandidates(List.of(new Candidate("blue", 1.0, 0, null, null)))
            .build();
    Exposure exposure = of(query("the sky").build(), ASKED, unsampled).orElseThrow();
    assertThat(exposure.getShown()).isEqualTo(-1);
    assertThat(exposure.getUnadapted()).isEqualTo(-1);
  }

  @Test
  void textsAreCutToWhatTheModelReadsAndNotInsideACharacter() {
    String whole = "a".repeat(Words.MAX_CHARACTERS - 1);
    String tooLong = whole + "\ud83d\ude00";
    Response response =
        response(tooLong)
            .setCandidates(List.of(new Candidate(tooLong, 1.0, 1, null, null)))
            .build();
    Exposure exposure = of(query(tooLong).build(), ASKED, response).orElseThrow();
    assertThat(exposure.getInput()).isEqualTo(whole);
    assertThat(exposure.getCandidates().get(0).getText()).isEqualTo(whole);
    assertThat(exposure.getShown()).isZero();
  }

  @Test
  void ofOrderedOptionsPlainSamplingTakesTheMedianAndOfATaskThatIsGoneNothing() {
    Response stars =
        response("1")
            .setCandidates(
                List.of(
                    new Candidate("5", 0.5, 3, null, null),
                    new Candidate("1", 0.3, 2, null, null),
                    new Candidate("4", 0.2, 2, null, null)))
            .build();
    Query query = query("the film").build();
    assertThat(Exposures.of(query, ASKED, stars, TASKS.find("LaMP_3")).orElseThrow())
        .extracting(Exposure::getUnadapted)
        .isEqualTo(2);
    assertThat(Exposures.of(query, ASKED, stars, Optional.empty()).orElseThrow())
        .extracting(Exposure::getUnadapted)
        .isEqualTo(-1);
  }

  private static Optional<Exposure> of(Query query, Instant askedAt, Response response) {
    return Exposures.of(query, askedAt, response, TASKS.find("LaMP_2M"));
  }

  private static Query.Builder query(String input) {
    return Query.newBuilder()
        .setQueryId("q")
        .setTenant("acme")
        .setUserId("ann")
        .setTask("colours")
        .setInput(input)
        .setDeadline(NOW);
  }

  private static Response.Builder response(String text) {
    return Response.newBuilder()
        .setQueryId("q")
        .setTenant("acme")
        .setUserId("ann")
        .setTask("colours")
        .setStatus(ResponseStatus.OK)
        .setText(text)
        .setCandidates(
            List.of(
                new Candidate("blue", 0.5, 1, 0.1, 0.25f),
                new Candidate("red", 0.3, 2, 0.1, null),
                new Candidate("green", 0.2, 2, 0.8, null)))
        .setItems(List.of(new UsedItem("e2", 0.6), new UsedItem("e1", 0.4)))
        .setHistoryVersion(7)
        .setBaseVersion("base-1")
        .setHeadVersion(5)
        .setAnsweredAt(NOW);
  }
}
