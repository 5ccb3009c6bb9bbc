package io.hydra.stream.trigger;

import static io.hydra.schemas.avro.TriggerReason.COUNT;
import static io.hydra.schemas.avro.TriggerReason.DELAY;
import static io.hydra.schemas.avro.TriggerReason.REBUILT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.TriggerReason;
import io.hydra.stream.history.HistoryVersion;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After 3 events or 100 ms, but at least 250 ms apart. */
class HeadTriggerTest {
  private static final TriggerSettings SETTINGS =
      new TriggerSettings(3, Duration.ofMillis(100), Duration.ofMillis(250), Duration.ZERO);
  private static final TriggerSettings FORGETFUL =
      new TriggerSettings(3, Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofHours(1));
  private static final long HOUR = 60 * 60 * 1000;
  private static final String USER = "acme:ann";
  private static final String TASK = "tags";

  private KeyedOneInputStreamOperatorTestHarness<String, HistoryVersion, HeadRequest> harness;
  private int read;

  private static KeyedOneInputStreamOperatorTestHarness<String, HistoryVersion, HeadRequest> create(
      TriggerSettings settings) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new HeadTrigger(settings)),
        HistoryVersion::userKey,
        Types.STRING);
  }

  @BeforeEach
  void open() throws Exception {
    start(SETTINGS);
  }

  private void start(TriggerSettings settings) throws Exception {
    harness = create(settings);
    harness.open();
    now(1000);
  }

  private void now(long millis) throws Exception {
    harness.setStateTtlProcessingTime(millis);
    harness.setProcessingTime(millis);
  }

  private void restart(TriggerSettings settings) throws Exception {
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    harness.close();
    harness = create(settings);
    harness.initializeState(checkpoint);
    harness.open();
    read = 0;
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  /** As after a crash, when nothing enters any more: no request may hang on that. */
  private void versions(long... versions) throws Exception {
    for (long version : versions) {
      harness.processElement(HistoryVersion.of(USER, TASK, version, false), 0);
    }
  }

  private void inserts(long... versions) throws Exception {
    for (long version : versions) {
      harness.processElement(HistoryVersion.of(USER, TASK, version, true), 0);
    }
  }

  /** What was requested since the last call. */
  private List<HeadRequest> requests() {
    List<HeadRequest> all = harness.extractOutputValues();
    List<HeadRequest> fresh = List.copyOf(all.subList(read, all.size()));
    read = all.size();
    return fresh;
  }

  private static HeadRequest request(long version, TriggerReason reason, long at) {
    return new HeadRequest(USER, TASK, version, reason, at);
  }

  @Test
  void dueAfterTheGivenNumberOfEvents() throws Exception {
    versions(1, 2);
    assertThat(requests()).isEmpty();
    versions(3);
    assertThat(requests()).containsExactly(request(3, COUNT, 1000));
  }

  @Test
  void dueAfterTheDelaySinceTheFirstChangeNotYetRequested() throws Exception {
    versions(1);
    now(1060);
    versions(2);
    now(1099);
    assertThat(requests()).isEmpty();
    now(1100);
    assertThat(requests()).containsExactly(request(2, DELAY, 1100));
    now(5000);
    assertThat(requests()).isEmpty();
  }

  @Test
  void requestsKeepTheirMinimumIntervalAndNoneIsLost() throws Exception {
    versions(1, 2, 3);
    assertThat(requests()).hasSize(1);
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
    versions(1, 2, 3);
    assertThat(requests()).hasSize(1);
    versions(3, 3, 3);
    now(9000);
    assertThat(requests()).isEmpty();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void replayedEventsThatWereWrittenBeforeACrashStillTrigger() throws Exception {
    versions(1, 2, 3);
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
    now(5250);
    assertThat(requests()).containsExactly(request(2, DELAY, 5250));
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
    now(1100);
    assertThat(requests()).containsExactly(request(1, DELAY, 1100));
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
    now(5250);
    assertThat(requests()).containsExactly(request(58, DELAY, 5250));
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
    now(5000);
    inserts(58, 59, 60);
    assertThat(requests()).containsExactly(request(60, COUNT, 5000));
  }

  @Test
  void firstEventOfAHistoryIsANewViewThatWaitsLikeAnyChange() throws Exception {
    inserts(1, 2);
    assertThat(requests()).isEmpty();
    now(1100);
    assertThat(requests()).containsExactly(request(2, REBUILT, 1100));
    inserts(3);
    now(1350);
    assertThat(requests()).containsExactly(request(3, DELAY, 1350));
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
    now(1100 + 2 * HOUR);
    assertThat(requests()).containsExactly(request(1, REBUILT, 1100 + 2 * HOUR));
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
    harness.processElement(HistoryVersion.of(USER, "tags", 2, false), 0);
    harness.processElement(HistoryVersion.of(USER, "stars", 2, false), 0);
    harness.processElement(HistoryVersion.of("acme:bob", "tags", 2, false), 0);
    assertThat(requests()).isEmpty();
    harness.processElement(HistoryVersion.of(USER, "stars", 3, false), 0);
    assertThat(requests()).containsExactly(new HeadRequest(USER, "stars", 3, COUNT, 1000));
    now(1100);
    assertThat(requests())
        .containsExactlyInAnyOrder(
            new HeadRequest(USER, "tags", 2, DELAY, 1100),
            new HeadRequest("acme:bob", "tags", 2, DELAY, 1100));
  }

  @Test
  void waitingRequestSurvivesARestart() throws Exception {
    versions(1);
    restart(SETTINGS);
    now(60_000);
    assertThat(requests()).containsExactly(request(1, DELAY, 60_000));
  }

  @Test
  void clockSetBackDoesNotSilenceAUser() throws Exception {
    TriggerPolicy policy = new TriggerPolicy(SETTINGS);
    TriggerState state =
        policy.requested(policy.observe(TriggerState.INITIAL, at(3), 9_000), 9_000);
    state = policy.observe(state, at(4), 1_000);
    assertThat(policy.dueAt(state, 1_000)).isEqualTo(1_250);
  }

  private static HistoryVersion at(long version) {
    return HistoryVersion.of(USER, TASK, version, false);
  }
}
