package io.hydra.trainer.head;

import static io.hydra.trainer.head.TrainerDriver.ANN;
import static io.hydra.trainer.head.TrainerDriver.NOW;
import static io.hydra.trainer.head.TrainerDriver.feedback;
import static io.hydra.trainer.head.TrainerDriver.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.PersonalModel;
import io.hydra.model.VerdictWeights;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import io.hydra.trainer.evidence.EvidenceRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvidenceTopologyTest {
  private static final String TASK = "LaMP_3";
  private static final Duration WINDOW = Duration.ofDays(2);
  private static final Instant SHOWN = NOW.minus(Duration.ofHours(36));
  private static final Instant JUDGED = SHOWN.plusSeconds(60);
  private static PersonalModel model;

  @TempDir private Path directory;
  private long memoryBytes = TrainerDriver.MEMORY_BYTES;
  private TrainerDriver trainer;

  @BeforeAll
  static void train() {
    model = HeadsTopologyTest.trainedModel();
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  @BeforeEach
  void start() throws Exception {
    trainer = open();
  }

  private TrainerDriver open() throws Exception {
    return open(new EvidenceRules(model.tasks(), VerdictWeights.DEFAULT, WINDOW));
  }

  private TrainerDriver open(EvidenceRules rules) throws Exception {
    return new TrainerDriver(
        new Bases(List.of(model)),
        rules,
        memoryBytes,
        TASK,
        Files.createTempDirectory(directory, "state"));
  }

  private void restart(int unjudged, int taught, int others) throws Exception {
    stop();
    trainer =
        open(
            new EvidenceRules(
                model.tasks(), VerdictWeights.DEFAULT, WINDOW, unjudged, taught, others));
  }

  @AfterEach
  void stop() {
    trainer.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "REJECTED", "CHOSE", "EDITED", "RATED"})
  void aVerdictOnAKnownAnswerIsFittedAtOnceWithoutAnyHistory(Verdict verdict) throws Exception {
    trainer.show("q1", SHOWN);
    assertThat(trainer.heads()).isEmpty();
    trainer.judge("v1", JUDGED, "q1", verdict);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED");
    TaskHeads row = trainer.heads().get(0).orElseThrow().getTasks().get(0);
    assertThat(row.getTask()).isEqualTo(TASK);
    assertThat(row.getHistoryVersion()).isZero();
    assertThat(row.getEvidenceDigest()).isNotZero();
  }

  @Test
  void aVerdictThatComesBeforeItsAnswerWaitsForIt() throws Exception {
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).containsExactly("v1 WAITING");
    assertThat(trainer.heads()).isEmpty();
    trainer.show("q1", SHOWN);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED");
    assertThat(trainer.heads()).hasSize(1);
    assertThat(trainer.digest().orElseThrow()).isNotZero();
  }

  @Test
  void theWindowEndsWithItsLastMillisecond() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.show("q2", SHOWN);
    trainer.judge("v1", SHOWN.plus(WINDOW), "q1", Verdict.ACCEPTED);
    trainer.judge("v2", SHOWN.plus(WINDOW).plusMillis(1), "q2", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED", "v2 LATE");
    assertThat(trainer.heads()).hasSize(1);
  }

  @Test
  void aVerdictThatSaysNothingTeachesNothingAndTakesAnEarlierOneBack() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    Feedback indifferent = feedback("q1", Verdict.RATED);
    indifferent.setRating(0.5);
    trainer.judge(verdict("v2", JUDGED.plusSeconds(1), indifferent));
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED", "v2 NO_SIGNAL");
    assertThat(trainer.digest()).hasValue(0L);
    trainer.judge("v3", JUDGED.plusSeconds(2), "q1", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).containsExactly("v3 JOINED");
    assertThat(trainer.heads()).hasSize(3);
  }

  @Test
  void aVerdictThatCannotBeAboutTheAnswerNeverStandsOverOneThatCan() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    Optional<Long> learned = trainer.digest();
    Feedback beyond = feedback("q1", Verdict.CHOSE);
    beyond.setCandidate(17);
    trainer.judge(verdict("v2", JUDGED.plusSeconds(1), beyond));
    Feedback none = feedback("q1", Verdict.EDITED);
    none.setText("great");
    trainer.judge(verdict("v3", JUDGED.plusSeconds(2), none));
    assertThat(trainer.outcomes())
        .containsExactly("v1 JOINED", "v2 INAPPLICABLE", "v3 INAPPLICABLE");
    assertThat(trainer.digest()).isEqualTo(learned);
    trainer.judge("v4", JUDGED.plusSeconds(1), "q1", Verdict.REJECTED);
    assertThat(trainer.outcomes()).containsExactly("v4 JOINED");
  }

  @Test
  void oneThatCameBeforeItsAnswerGivesWayToAnyThatFits() throws Exception {
    Feedback beyond = feedback("q1", Verdict.CHOSE);
    beyond.setCandidate(17);
    trainer.judge(verdict("v2", JUDGED.plusSeconds(1), beyond));
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    List<VerdictOutcome> outcomes = trainer.verdictOutcomes();
    assertThat(outcomes)
        .extracting(VerdictOutcome::getOutcome)
        .containsExactly(Outcome.WAITING, Outcome.INAPPLICABLE, Outcome.JOINED);
    assertThat(outcomes.get(2).getReason()).as("the first that counts").isNull();
    assertThat(trainer.metrics.scrape())
        .contains("hydra_trainer_verdicts_total{outcome=\"inapplicable\"} 1.0");
  }

  @Test
  void theNewestAreKept() throws Exception {
    restart(2, 3, 1);
    for (int i = 0; i < 9; i++) {
      trainer.show("a" + i, SHOWN.plusSeconds(i));
      trainer.judge("v" + i, JUDGED.plusSeconds(i), "a" + i, Verdict.ACCEPTED);
    }
    for (int i = 0; i < 9; i++) {
      trainer.show("b" + i, SHOWN.plusSeconds(i));
      trainer.judge("w" + i, JUDGED.plusSeconds(i), "c" + i, Verdict.ACCEPTED);
    }
    assertThat(trainer.evidenceRows().keySet())
        .containsExactly(
            "acme:ann\na6",
            "acme:ann\na7",
            "acme:ann\na8",
            "acme:ann\nb7",
            "acme:ann\nb8",
            "acme:ann\nc8");
  }

  @Test
  void whatIsOlderThanAllThatIsKeptIsSaidToTeachNothing() throws Exception {
    restart(2, 3, 1);
    for (int i = 1; i <= 3; i++) {
      trainer.show("a" + i, SHOWN.plusSeconds(i));
      trainer.judge("v" + i, JUDGED.plusSeconds(i), "a" + i, Verdict.ACCEPTED);
    }
    trainer.show("a0", SHOWN);
    trainer.judge("v0", JUDGED, "a0", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).last().isEqualTo("v0 NO_SIGNAL");
    trainer.judge("w0", JUDGED, "b0", Verdict.ACCEPTED);
    trainer.show("b0", SHOWN);
    assertThat(trainer.outcomes()).containsExactly("w0 WAITING", "w0 NO_SIGNAL");
    assertThat(trainer.heads()).hasSize(3);
    assertThat(trainer.evidenceRows())
        .containsOnlyKeys("acme:ann\na1", "acme:ann\na2", "acme:ann\na3");
    assertThat(trainer.metrics.scrape())
        .contains("hydra_trainer_exposures_total{arrival=\"outnumbered\"} 1.0");
  }

  @Test
  void aVerdictThatNamesNoTaskOfTheCatalogueIsJoinedAllTheSame() throws Exception {
    restart(2, 3, 1);
    trainer.show("q1", SHOWN);
    trainer.judge("typo", verdict("v1", JUDGED, feedback("q1", Verdict.ACCEPTED)));
    trainer.judge("typo", verdict("v2", JUDGED, feedback("q2", Verdict.ACCEPTED)));
    trainer.show("q2", SHOWN);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED", "v2 WAITING", "v2 JOINED");
    assertThat(trainer.heads()).hasSize(2);
    trainer.judge("slip", verdict("v3", JUDGED, feedback("q3", Verdict.ACCEPTED)));
    trainer.judge("blunder", verdict("v4", JUDGED, feedback("q4", Verdict.ACCEPTED)));
    assertThat(trainer.evidenceRows())
        .containsOnlyKeys("acme:ann\nq1", "acme:ann\nq2", "acme:ann\nq4");
    assertThat(trainer.reasons(Topic.HEAD_REQUESTS)).isEmpty();
  }

  @Test
  void aClockThatIsBehindMakesNoVerdictLate() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", SHOWN.minusSeconds(1), "q1", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED");
  }

  @Test
  void aRepeatedVerdictCostsNothing() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.show("q1", SHOWN);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED", "v1 REPEATED");
    assertThat(trainer.heads()).hasSize(1);
    assertThat(trainer.reads).isEqualTo(1);
    assertThat(trainer.metrics.scrape())
        .contains("hydra_trainer_verdicts_total{outcome=\"joined\"} 1.0")
        .contains("hydra_trainer_verdicts_total{outcome=\"repeated\"} 1.0")
        .contains("hydra_trainer_exposures_total{arrival=\"kept\"} 1.0")
        .contains("hydra_trainer_exposures_total{arrival=\"repeated\"} 1.0")
        .contains("hydra_trainer_requests_total{outcome=\"skipped\"} 1.0")
        .contains("hydra_trainer_evidence_fits_total 1.0");
  }

  @Test
  void anAnswerCountsOnceTowardsTheGainByItsFirstVerdict() throws Exception {
    Exposure exposure = trainer.exposure("q1", SHOWN);
    exposure.setUnadapted(1);
    trainer.show(exposure, SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.EDITED);
    trainer.judge("v2", JUDGED.plusSeconds(1), "q1", Verdict.ACCEPTED);
    trainer.judge("v3", JUDGED.plusSeconds(2), "q1", Verdict.EDITED);
    List<VerdictOutcome> outcomes = trainer.verdictOutcomes();
    assertThat(outcomes).extracting(VerdictOutcome::getOutcome).containsOnly(Outcome.JOINED);
    assertThat(outcomes.get(1).getGain()).isNull();
    assertThat(outcomes.get(0).getGain()).isEqualTo(new AnswerGain(TASK, 3L, true, -0.75));
    assertThat(outcomes.get(2).getGain()).isNull();
    assertThat(trainer.metrics.scrape())
        .contains("hydra_trainer_gain_answers_total{history=\"all\",task=\"LaMP_3\"} 1.0")
        .contains("hydra_trainer_gain_answers_total{history=\"1 to 5\",task=\"LaMP_3\"} 1.0")
        .contains("hydra_trainer_gain_mean{history=\"all\",task=\"LaMP_3\"} -0.75");
  }

  /**
   * All choose the second candidate: of who loses plain sampling's, of the others the one shown.
   */
  @Test
  void aCohortThatLosesWhatOthersGainIsTold() throws Exception {
    for (int i = 0; i < 70; i++) {
      boolean loses = i >= 50;
      Exposure exposure = trainer.exposure("q" + i, SHOWN);
      exposure.setUnadapted(loses ? 1 : 0);
      exposure.setShown(loses ? 0 : 1);
      exposure.setHistoryVersion(loses ? 0 : 30);
      trainer.show(exposure, SHOWN);
      trainer.judge("v" + i, JUDGED, "q" + i, Verdict.CHOSE);
    }
    assertThat(trainer.metrics.scrape())
        .containsPattern("gain_high\\{history=\"no\",task=\"LaMP_3\"} -0\\.")
        .containsPattern("gain_low\\{history=\"21 and more\",task=\"LaMP_3\"} 0\\.")
        .containsPattern("gain_low\\{history=\"all\",task=\"LaMP_3\"} 0\\.");
  }

  @Test
  void ofTwoVerdictsOnAnAnswerTheLaterStandsInWhateverOrderTheyCome() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.judge("v2", JUDGED.plusSeconds(1), "q1", Verdict.REJECTED);
    List<VerdictOutcome> outcomes = trainer.verdictOutcomes();
    assertThat(outcomes).extracting(VerdictOutcome::getOutcome).containsOnly(Outcome.JOINED);
    assertThat(outcomes.get(0).getReason()).isNull();
    assertThat(outcomes.get(1).getReason()).contains("takes the place of an earlier verdict");
    assertThat(trainer.heads()).hasSize(2);
    try (TrainerDriver other = open()) {
      other.judge("v2", JUDGED.plusSeconds(1), "q1", Verdict.REJECTED);
      other.show("q1", SHOWN);
      other.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
      assertThat(other.outcomes()).containsExactly("v2 WAITING", "v2 JOINED", "v1 SUPERSEDED");
      assertThat(other.heads()).hasSize(1);
      assertThat(other.digest()).isEqualTo(trainer.digest());
    }
  }

  @Test
  void whoTakesAVerdictBackTooLateHasTakenItBackAllTheSame() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.judge("v2", SHOWN.plus(WINDOW).plusMillis(1), "q1", Verdict.REJECTED);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED", "v2 LATE");
    assertThat(trainer.digest()).hasValue(0L);
    assertThat(trainer.heads()).hasSize(2);
  }

  @Test
  void theTaskOfTheAnswerCounts() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("LaMP_2N", verdict("v1", JUDGED, feedback("q1", Verdict.ACCEPTED)));
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED");
    assertThat(trainer.heads().get(0).orElseThrow().getTasks())
        .extracting(TaskHeads::getTask)
        .containsExactly(TASK);
  }

  @Test
  void aRequestIsSkippedOnlyIfTheVerdictsAreTheSameToo() throws Exception {
    trainer.histories.put(ANN, new History(3, HeadsTopologyTest.reviews(3, "good", "1")));
    trainer.request(3);
    trainer.request(3);
    assertThat(trainer.heads()).hasSize(1);
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.request(3);
    List<Optional<UserHeads>> heads = trainer.heads();
    assertThat(heads).hasSize(1);
    assertThat(heads.get(0).orElseThrow().getTasks().get(0).getHistoryVersion()).isEqualTo(3);
  }

  @Test
  void anErasureBetweenAnswerAndVerdictForgetsTheAnswer() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.erase(SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.show("q1", SHOWN);
    assertThat(trainer.outcomes()).containsExactly("v1 WAITING");
    assertThat(trainer.heads()).containsExactly(Optional.empty());
    assertThat(trainer.metrics.scrape())
        .contains("hydra_trainer_exposures_total{arrival=\"erased\"} 1.0");
  }

  @Test
  void anErasureReachesAnAnswerThatWasUnderWay() throws Exception {
    Exposure underWay = trainer.exposure("q1", SHOWN);
    underWay.setAskedAt(SHOWN.minusSeconds(3));
    trainer.show(underWay, SHOWN);
    trainer.erase(SHOWN.minusSeconds(2));
    trainer.show(underWay, SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).containsExactly("v1 WAITING");
    String input = HexFormat.of().formatHex(underWay.getInput().getBytes(UTF_8));
    assertThat(trainer.evidenceRows().values()).noneMatch(row -> row.contains(input));
  }

  @Test
  void anErasureAfterTheVerdictForgetsWhatWasLearnedAndNothingOlderComesBack() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.erase(JUDGED);
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\n");
    assertThat(trainer.storedHeads()).isEmpty();
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).containsExactly("v1 JOINED", "v1 ERASED");
    assertThat(trainer.heads()).hasSize(2).last().isEqualTo(Optional.empty());
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\n");
  }

  @Test
  void aFitLearnsNothingOfWhatAnErasureUnderWayTakes() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.show("q2", JUDGED.plusSeconds(1));
    trainer.heads();
    trainer.erasedUpTo = JUDGED.toEpochMilli();
    trainer.judge("v2", JUDGED.plusSeconds(2), "q2", Verdict.REJECTED);
    TaskHeads row = trainer.heads().get(0).orElseThrow().getTasks().get(0);
    assertThat(row.getErasedUpTo()).isEqualTo(JUDGED.toEpochMilli());
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\nq2", "acme:ann\n");
    trainer.erase(JUDGED);
    assertThat(trainer.digest()).hasValue(row.getEvidenceDigest());
  }

  @Test
  void evidenceLaterThanAnErasureStaysAndIsFittedAgain() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.show("q2", JUDGED.plusSeconds(1));
    trainer.judge("v2", JUDGED.plusSeconds(2), "q2", Verdict.REJECTED);
    List<Optional<UserHeads>> before = trainer.heads();
    trainer.erase(JUDGED);
    List<Optional<UserHeads>> after = trainer.heads();
    assertThat(after).hasSize(2);
    assertThat(after.get(0)).isEmpty();
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\n", "acme:ann\nq2");
    assertThat(trainer.digest().orElseThrow())
        .isNotZero()
        .isNotEqualTo(before.get(1).orElseThrow().getTasks().get(0).getEvidenceDigest());
    // An older erasure that is repeated brings nothing back and takes nothing more.
    trainer.erase(SHOWN.minusSeconds(1));
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\n", "acme:ann\nq2");
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).last().isEqualTo("v1 ERASED");
  }

  @Test
  void anExposureThatBreaksARuleIsADeadLetterAndTheStreamGoesOn() throws Exception {
    Exposure beyond = trainer.exposure("q1", SHOWN);
    beyond.setShown(2);
    Exposure unknown = trainer.exposure("q1", SHOWN);
    unknown.setTask("unheard-of");
    Exposure unnamed = trainer.exposure("q\n1", SHOWN);
    Exposure large = trainer.exposure("q1", SHOWN);
    large.setInput("x".repeat(600_000));
    Exposure others = trainer.exposure("q1", SHOWN);
    others.setUserId("bob");
    Exposure wide = trainer.exposure("q1", SHOWN);
    wide.setCandidates(Collections.nCopies(257, new ShownCandidate("4", 0.6, 5, null)));
    Exposure deep = trainer.exposure("q1", SHOWN);
    deep.setItems(Collections.nCopies(257, "e1"));
    Instant tooFar = NOW.plus(EventRules.MOST_AHEAD).plusMillis(1);
    Exposure shownAhead = trainer.exposure("q1", SHOWN);
    shownAhead.setShownAt(tooFar);
    Exposure askedAhead = trainer.exposure("q1", SHOWN);
    askedAhead.setAskedAt(tooFar);
    for (Exposure bad :
        List.of(beyond, unknown, unnamed, large, others, wide, deep, shownAhead, askedAhead)) {
      trainer.show(bad, NOW);
    }
    trainer.show("q1", SHOWN);
    List<String> reasons = trainer.reasons(Topic.EXPOSURES);
    assertThat(reasons).hasSize(9);
    assertThat(reasons.get(0)).contains("index");
    assertThat(reasons.get(1)).contains("not in the catalogue");
    assertThat(reasons.get(2)).contains("query_id must not hold control characters");
    assertThat(reasons.get(3)).contains("bytes");
    assertThat(reasons.get(4)).contains("key must be");
    assertThat(reasons.get(5)).contains("257 candidates");
    assertThat(reasons.get(6)).contains("257 items");
    assertThat(reasons.subList(7, 9)).allMatch(reason -> reason.contains("ahead of the record"));
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\nq1");
    assertThat(trainer.metrics.scrape())
        .contains("hydra_trainer_dead_letters_total{topic=\"hydra.exposures.dlq\"} 9.0");
  }

  @Test
  void aVerdictThatBreaksTheRulesOfEventsIsADeadLetter() throws Exception {
    trainer.judge("v1", JUDGED, "q\n1", Verdict.ACCEPTED);
    trainer.judge("v1", NOW.plus(Duration.ofDays(2)), "q1", Verdict.ACCEPTED);
    assertThat(trainer.reasons(Topic.HEAD_REQUESTS))
        .hasSize(2)
        .allSatisfy(reason -> assertThat(reason).startsWith("the verdict breaks a rule"));
    assertThat(trainer.outcomes()).isEmpty();
    assertThat(trainer.evidenceRows()).isEmpty();
  }

  @Test
  void whatNobodyJudgedIsForgottenOnceNoVerdictCouldCountAnyMore() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.show("q2", SHOWN);
    trainer.judge("v2", JUDGED, "q2", Verdict.ACCEPTED);
    trainer.judge("v3", JUDGED, "q3", Verdict.ACCEPTED);
    trainer.show("q4", SHOWN.plus(WINDOW));
    trainer.show("q5", JUDGED.plus(WINDOW).plus(Duration.ofHours(1)));
    assertThat(trainer.evidenceRows())
        .containsOnlyKeys("acme:ann\nq2", "acme:ann\nq3", "acme:ann\nq4", "acme:ann\nq5");
    trainer.show("q6", JUDGED.plus(WINDOW).plus(Duration.ofMinutes(70)));
    assertThat(trainer.evidenceRows())
        .containsOnlyKeys("acme:ann\nq2", "acme:ann\nq4", "acme:ann\nq5", "acme:ann\nq6");
    assertThat(trainer.metrics.scrape()).contains("hydra_trainer_evidence_purged_total 2.0");
  }

  @Test
  void whatIsRememberedOfAUserForgetsWhatIsPurged() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.show("q2", SHOWN.plus(WINDOW).plus(Duration.ofHours(2)));
    trainer.show("q3", SHOWN.plus(WINDOW).plus(Duration.ofHours(2)).plusSeconds(2));
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\nq2", "acme:ann\nq3");
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    assertThat(trainer.outcomes()).containsExactly("v1 WAITING");
  }

  @Test
  void evidenceOfALaterVersionIsNotTouched() throws Exception {
    trainer.evidence().put("acme:ann\nq1", new byte[] {99, 1, 2});
    trainer.show("q2", SHOWN);
    trainer.request(1);
    assertThat(trainer.reasons(Topic.EXPOSURES).get(0)).contains("upgrade");
    assertThat(trainer.reasons(Topic.HEAD_REQUESTS).get(0)).contains("upgrade");
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\nq1");
  }

  @Test
  void anErasureRemovesEvidenceOfALaterVersion() throws Exception {
    trainer.show("q2", SHOWN);
    trainer.evidence().put("acme:ann\nq1", new byte[] {99, 1, 2});
    trainer.erase(JUDGED);
    assertThat(trainer.reasons(Topic.ERASURES)).isEmpty();
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\n");
    trainer.show("q2", SHOWN);
    assertThat(trainer.evidenceRows()).containsOnlyKeys("acme:ann\n");
  }

  @Test
  void ofTwoExposuresOfAnAnswerAnErasureLeavesTheSameInWhateverOrderTheyCome() throws Exception {
    Exposure slow = trainer.exposure("q1", SHOWN.plusSeconds(20));
    slow.setAskedAt(SHOWN);
    Exposure quick = trainer.exposure("q1", SHOWN.plusSeconds(10));
    trainer.show(slow, SHOWN);
    trainer.show(quick, SHOWN);
    trainer.erase(SHOWN.plusSeconds(5));
    try (TrainerDriver other = open()) {
      other.erase(SHOWN.plusSeconds(5));
      other.show(quick, SHOWN);
      other.show(slow, SHOWN);
      assertThat(trainer.evidenceRows())
          .containsKey("acme:ann\nq1")
          .isEqualTo(other.evidenceRows());
    }
  }

  @Test
  void aLostStateDirectoryIsRebuiltFromTheChangelog() throws Exception {
    trainer.show("q1", SHOWN);
    trainer.judge("v1", JUDGED, "q1", Verdict.ACCEPTED);
    trainer.show("q2", SHOWN);
    trainer.show("q3", SHOWN.minusSeconds(9));
    trainer.judge("v4", JUDGED, "q4", Verdict.ACCEPTED);
    trainer.erase(SHOWN.minusSeconds(5));
    try (TrainerDriver restored = open()) {
      for (TestRecord<String, byte[]> change : trainer.changelog()) {
        restored.evidence().put(change.key(), change.value());
      }
      assertThat(restored.evidenceRows()).isEqualTo(trainer.evidenceRows());
      for (TrainerDriver one : List.of(trainer, restored)) {
        one.judge("v2", JUDGED, "q2", Verdict.REJECTED);
        one.show("q4", SHOWN);
      }
      assertThat(restored.storedHeads()).isEqualTo(trainer.storedHeads());
    }
  }

  /**
   * Records of all kinds, on few answers, so that they meet in every way: also with equal times,
   * one event id on several answers or with several contents, and several exposures of one query.
   */
  private List<Runnable> records(int queries, Random random) {
    List<Runnable> records = new ArrayList<>();
    for (int q = 0; q < queries; q++) {
      String query = "q" + q;
      Instant shown = SHOWN.plusSeconds(random.nextInt(100));
      for (int e = 0; e <= random.nextInt(3); e++) {
        Exposure exposure = trainer.exposure(query, shown.plusSeconds(random.nextInt(2)));
        exposure.setAskedAt(shown.minusSeconds(random.nextInt(20)));
        exposure.setShown(random.nextInt(2));
        records.add(() -> trainer.show(exposure, shown));
      }
      for (int v = 0; v < random.nextInt(4); v++) {
        boolean tie = random.nextInt(3) == 0;
        String event = tie ? "tie" : "v" + q + "-" + v;
        boolean late = random.nextInt(5) == 0;
        Instant at =
            tie
                ? SHOWN.plusSeconds(120)
                : shown.plusSeconds(random.nextInt(50)).plus(late ? WINDOW : Duration.ZERO);
        Verdict verdict = random.nextBoolean() ? Verdict.ACCEPTED : Verdict.REJECTED;
        records.add(() -> trainer.judge(event, at, query, verdict));
      }
    }
    Instant erased = SHOWN.plusSeconds(10);
    records.add(() -> trainer.erase(erased));
    records.add(() -> trainer.request(3));
    return records;
  }

  @Test
  void heedsNeitherOrderNorRepetitionNorHowMuchIsRemembered() throws Exception {
    History history = new History(3, HeadsTopologyTest.reviews(3, "good", "1"));
    for (int seed = 0; seed < 6; seed++) {
      Map<String, String> rows = null;
      Optional<UserHeads> heads = Optional.empty();
      for (int order = 0; order < 5; order++) {
        // All, some, nothing.
        memoryBytes = TrainerDriver.MEMORY_BYTES >> (12 * order);
        stop();
        start();
        trainer.histories.put(ANN, history);
        List<Runnable> records = records(12, new Random(seed));
        Random shuffle = new Random(1000 * seed + order);
        int once = records.size();
        for (int i = 0; i < 2 * once; i++) {
          records.add(records.get(shuffle.nextInt(once)));
        }
        Collections.shuffle(records, shuffle);
        records.forEach(Runnable::run);
        if (order == 0) {
          rows = trainer.evidenceRows();
          heads = trainer.storedHeads();
        }
        assertThat(trainer.evidenceRows()).as("seed %d, order %d", seed, order).isEqualTo(rows);
        assertThat(trainer.storedHeads()).as("seed %d, order %d", seed, order).isEqualTo(heads);
      }
      assertThat(heads).isPresent();
    }
  }

  @Test
  void heedsNoOrderOfMoreVerdictsThanAFitUses() throws Exception {
    Map<String, String> rows = null;
    Optional<UserHeads> heads = Optional.empty();
    for (int order = 0; order < 3; order++) {
      restart(100, 100, 100);
      List<Runnable> records = records(100, new Random(7));
      Collections.shuffle(records, new Random(order));
      records.forEach(Runnable::run);
      if (order == 0) {
        rows = trainer.evidenceRows();
        heads = trainer.storedHeads();
      }
      assertThat(trainer.evidenceRows()).as("order %d", order).isEqualTo(rows);
      assertThat(trainer.storedHeads()).as("order %d", order).isEqualTo(heads);
    }
    assertThat(heads).isPresent();
  }
}
