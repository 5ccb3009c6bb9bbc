package io.hydra.stream.trigger;

import static io.hydra.schemas.avro.TriggerReason.COUNT;
import static io.hydra.schemas.avro.TriggerReason.DELAY;
import static io.hydra.schemas.avro.TriggerReason.REBUILT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.stream.writer.HistoryVersion;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class HeadTriggerTest extends HeadTriggerFixture {

  @Test
  void quietUsersChangeIsRequestedAtOnce() throws Exception {
    versions(1);
    assertThat(requests()).containsExactly(request(1, DELAY, 1000));
    now(1400);
    versions(2);
    assertThat(requests()).containsExactly(request(2, DELAY, 1400));
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void busyUsersChangeWaitsForTheGivenNumberOfEvents() throws Exception {
    versions(1);
    assertThat(requests()).hasSize(1);
    now(1300);
    versions(2, 3);
    assertThat(requests()).isEmpty();
    versions(4);
    assertThat(requests()).containsExactly(request(4, COUNT, 1300));
  }

  @Test
  void busyUsersChangeWaitsUntilTheDelaySinceTheLastRequestIsOver() throws Exception {
    versions(1);
    assertThat(requests()).hasSize(1);
    now(1060);
    versions(2);
    now(1390);
    versions(3);
    now(1399);
    assertThat(requests()).isEmpty();
    now(1400);
    assertThat(requests()).containsExactly(request(3, DELAY, 1400));
    now(5000);
    assertThat(requests()).isEmpty();
  }

  @Test
  void delayShorterThanTheIntervalWaitsForTheInterval() throws Exception {
    harness.close();
    start(new TriggerSettings(3, Duration.ofMillis(100), Duration.ofMillis(250), Duration.ZERO));
    versions(1, 2);
    assertThat(requests()).hasSize(1);
    now(1249);
    assertThat(requests()).isEmpty();
    now(1250);
    assertThat(requests()).containsExactly(request(2, DELAY, 1250));
  }

  /** Loading many events of a user at once costs two requests, the second for all of them. */
  @Test
  void eventsThatComeTogetherAreRequestedTwice() throws Exception {
    for (long version = 1; version <= 200; version++) {
      inserts(version);
    }
    now(1250);
    now(9000);
    assertThat(requests()).containsExactly(request(1, REBUILT, 1000), request(200, COUNT, 1250));
  }

  @Test
  void requestsKeepTheirMinimumIntervalAndNoneIsLost() throws Exception {
    versions(1, 2, 3);
    assertThat(requests()).containsExactly(request(1, DELAY, 1000));
    now(1010);
    versions(4, 5, 6, 7);
    now(1249);
    assertThat(requests()).isEmpty();
    now(1250);
    assertThat(requests()).containsExactly(request(7, COUNT, 1250));
    now(9000);
    assertThat(requests()).isEmpty();
  }

  @Test
  void duplicateThatLeavesTheRequestedVersionTriggersNothing() throws Exception {
    versions(3);
    assertThat(requests()).hasSize(1);
    versions(3, 3, 3);
    now(9000);
    assertThat(requests()).isEmpty();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void replayedEventsThatWereWrittenBeforeACrashStillTrigger() throws Exception {
    versions(3);
    assertThat(requests()).hasSize(1);
    now(2000);
    // Versions 4 to 6 were counted before the crash: the replay finds 6 each time.
    versions(6);
    assertThat(requests()).containsExactly(request(6, COUNT, 2000));
  }

  @Test
  void lostStateRequestsTheCurrentVersion() throws Exception {
    versions(57);
    assertThat(requests()).containsExactly(request(57, COUNT, 1000));
  }

  @Test
  void versionBelowTheLastRequestedIsARebuiltViewAndRequestedAtOnce() throws Exception {
    versions(57);
    assertThat(requests()).hasSize(1);
    now(5000);
    versions(1);
    assertThat(requests()).containsExactly(request(1, REBUILT, 5000));
    versions(2);
    now(5400);
    assertThat(requests()).containsExactly(request(2, DELAY, 5400));
  }

  @Test
  void rebuildIsRequestedEvenIfTheVersionCatchesUpWithinTheInterval() throws Exception {
    versions(3);
    assertThat(requests()).hasSize(1);
    versions(1, 2, 3);
    assertThat(requests()).isEmpty();
    now(1250);
    assertThat(requests()).containsExactly(request(3, REBUILT, 1250));
  }

  @Test
  void viewThatBeganAnewAtTheRequestedVersionIsRequestedAtOnce() throws Exception {
    versions(1);
    assertThat(requests()).containsExactly(request(1, DELAY, 1000));
    now(5000);
    inserts(1); // Everything was lost, and one event came.
    assertThat(requests()).containsExactly(request(1, REBUILT, 5000));
  }

  @Test
  void writeThatWasLostAndMadeUpForByANewEventIsRequestedAtOnce() throws Exception {
    versions(57);
    assertThat(requests()).hasSize(1);
    now(5000);
    inserts(57);
    assertThat(requests()).containsExactly(request(57, REBUILT, 5000));
    inserts(58);
    now(5400);
    assertThat(requests()).containsExactly(request(58, DELAY, 5400));
  }

  @Test
  void viewThatBeganAnewIsNoticedAfterARestartToo() throws Exception {
    versions(57);
    restart(SETTINGS);
    now(5000);
    versions(57); // Repeated from before the crash.
    assertThat(requests()).isEmpty();
    inserts(57);
    assertThat(requests()).containsExactly(request(57, REBUILT, 5000));
  }

  @Test
  void eventsThatEnterWithinOneViewAreNoRebuild() throws Exception {
    versions(57);
    assertThat(requests()).hasSize(1);
    now(1300);
    inserts(58, 59, 60);
    assertThat(requests()).containsExactly(request(60, COUNT, 1300));
  }

  @Test
  void firstEventOfAHistoryIsANewViewThatTheTrainerMustNotSkip() throws Exception {
    inserts(1, 2);
    assertThat(requests()).containsExactly(request(1, REBUILT, 1000));
    now(1400);
    assertThat(requests()).containsExactly(request(2, DELAY, 1400));
  }

  @Test
  void quietUserIsForgottenWithTheHistoryAndComesBackWithANewView() throws Exception {
    harness.close();
    start(FORGETFUL);
    versions(57);
    assertThat(requests()).hasSize(1);
    assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
    now(1000 + HOUR - 1);
    versions(57);
    assertThat(requests()).isEmpty();
    now(1000 + 2 * HOUR);
    inserts(1);
    assertThat(requests()).containsExactly(request(1, REBUILT, 1000 + 2 * HOUR));
  }

  @Test
  void whatIsForgottenTakesNoRoom() throws Exception {
    harness.close();
    start(FORGETFUL);
    for (int user = 0; user < 100; user++) {
      harness.processElement(HistoryVersion.of("acme:" + user, TASK, 57, false), 0);
    }
    assertThat(harness.numKeyedStateEntries()).isEqualTo(100);
    now(1000 + 2 * HOUR);
    for (int event = 0; event < 100; event++) {
      versions(58 + event);
    }
    assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
  }

  @Test
  void changeThatWaitsIsNotForgottenBeforeItsMoment() throws Exception {
    harness.close();
    start(
        new TriggerSettings(3, Duration.ofMillis(100), Duration.ofHours(1), Duration.ofMillis(5)));
    versions(57);
    assertThat(requests()).hasSize(1);
    versions(58);
    now(1000 + HOUR);
    assertThat(requests()).containsExactly(request(58, DELAY, 1000 + HOUR));
  }

  @Test
  void timeToLiveCanBeSwitchedOnAndOffBetweenRuns() throws Exception {
    versions(57);
    for (TriggerSettings settings : List.of(FORGETFUL, SETTINGS, FORGETFUL)) {
      restart(settings);
      now(2000);
      versions(57);
      assertThat(requests()).isEmpty();
    }
  }

  @Test
  void tasksAndUsersAreCountedApart() throws Exception {
    for (String task : List.of("tags", "stars")) {
      harness.processElement(HistoryVersion.of(USER, task, 2, false), 0);
      harness.processElement(HistoryVersion.of("acme:bob", task, 2, false), 0);
    }
    assertThat(requests()).hasSize(4);
    now(1300);
    harness.processElement(HistoryVersion.of(USER, "tags", 3, false), 0);
    harness.processElement(HistoryVersion.of(USER, "stars", 5, false), 0);
    harness.processElement(HistoryVersion.of("acme:bob", "tags", 3, false), 0);
    assertThat(requests()).containsExactly(new HeadRequest(USER, "stars", 5, COUNT, 1300));
    now(1400);
    assertThat(requests())
        .containsExactlyInAnyOrder(
            new HeadRequest(USER, "tags", 3, DELAY, 1400),
            new HeadRequest("acme:bob", "tags", 3, DELAY, 1400));
  }

  @Test
  void waitingRequestSurvivesARestart() throws Exception {
    versions(1, 2);
    assertThat(requests()).hasSize(1);
    restart(SETTINGS);
    now(60_000);
    assertThat(requests()).containsExactly(request(2, DELAY, 60_000));
  }

  /** The write reached Redis, the crash came before its version reached the trigger. */
  @Test
  void crashBetweenWriteAndRequestLosesNoneWhereverItFalls() throws Exception {
    for (int crashAt = 0; crashAt <= 7; crashAt++) {
      harness.close();
      start(SETTINGS);
      OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
      for (long version = 1; version <= crashAt; version++) {
        inserts(version); // Their requests are lost with the crash, too.
      }
      harness.close();
      harness = create(SETTINGS);
      harness.initializeState(checkpoint);
      harness.open();
      read = 0;
      now(2000);
      // All 7 are in Redis; the replay enters none, and finds the last version each time.
      versions(7, 7, 7, 7, 7, 7, 7);
      now(9000);
      assertThat(requests()).as("crash at %d", crashAt).containsExactly(request(7, COUNT, 2000));
    }
  }

  @Test
  void clockSetBackDoesNotSilenceAUser() throws Exception {
    TriggerPolicy policy = new TriggerPolicy(SETTINGS);
    TriggerState state =
        policy.requested(policy.observe(TriggerState.INITIAL, at(3), 9_000), 9_000);
    state = policy.observe(state, at(4), 1_000);
    assertThat(policy.dueAt(state, 1_000)).isEqualTo(1_400);
  }

  private static HistoryVersion at(long version) {
    return HistoryVersion.of(USER, TASK, version, false);
  }
}
