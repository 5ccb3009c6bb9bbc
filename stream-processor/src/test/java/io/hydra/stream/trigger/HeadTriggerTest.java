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
      new TriggerSettings(3, Duration.ofMillis(100), Duration.ofMillis(250));
  private static final String USER = "acme:ann";
  private static final String TASK = "tags";

  private KeyedOneInputStreamOperatorTestHarness<String, HistoryVersion, HeadRequest> harness;
  private int read;

  private static KeyedOneInputStreamOperatorTestHarness<String, HistoryVersion, HeadRequest>
      create() throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new HeadTrigger(SETTINGS)),
        HistoryVersion::userKey,
        Types.STRING);
  }

  @BeforeEach
  void open() throws Exception {
    harness = create();
    harness.open();
    harness.setProcessingTime(1000);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void versions(long... versions) throws Exception {
    for (long version : versions) {
      harness.processElement(new HistoryVersion(USER, TASK, version), 0);
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
    harness.setProcessingTime(1060);
    versions(2);
    harness.setProcessingTime(1099);
    assertThat(requests()).isEmpty();
    harness.setProcessingTime(1100);
    assertThat(requests()).containsExactly(request(2, DELAY, 1100));
    harness.setProcessingTime(5000);
    assertThat(requests()).isEmpty();
  }

  @Test
  void requestsKeepTheirMinimumIntervalAndNoneIsLost() throws Exception {
    versions(1, 2, 3);
    assertThat(requests()).hasSize(1);
    harness.setProcessingTime(1010);
    versions(4, 5, 6, 7);
    harness.setProcessingTime(1249);
    assertThat(requests()).isEmpty();
    harness.setProcessingTime(1250);
    assertThat(requests()).containsExactly(request(7, COUNT, 1250));
    harness.setProcessingTime(9000);
    assertThat(requests()).isEmpty();
  }

  @Test
  void duplicateThatLeavesTheRequestedVersionTriggersNothing() throws Exception {
    versions(1, 2, 3);
    assertThat(requests()).hasSize(1);
    versions(3, 3, 3);
    harness.setProcessingTime(9000);
    assertThat(requests()).isEmpty();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void replayedEventsThatWereWrittenBeforeACrashStillTrigger() throws Exception {
    versions(1, 2, 3);
    assertThat(requests()).hasSize(1);
    harness.setProcessingTime(2000);
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
    harness.setProcessingTime(5000);
    versions(1);
    assertThat(requests()).containsExactly(request(1, REBUILT, 5000));
    versions(2);
    harness.setProcessingTime(5250);
    assertThat(requests()).containsExactly(request(2, DELAY, 5250));
  }

  @Test
  void rebuildIsRequestedEvenIfTheVersionCatchesUpWithinTheInterval() throws Exception {
    versions(3);
    assertThat(requests()).hasSize(1);
    versions(1, 2, 3);
    assertThat(requests()).isEmpty();
    harness.setProcessingTime(1250);
    assertThat(requests()).containsExactly(request(3, REBUILT, 1250));
  }

  @Test
  void tasksAndUsersAreCountedApart() throws Exception {
    harness.processElement(new HistoryVersion(USER, "tags", 2), 0);
    harness.processElement(new HistoryVersion(USER, "stars", 2), 0);
    harness.processElement(new HistoryVersion("acme:bob", "tags", 2), 0);
    assertThat(requests()).isEmpty();
    harness.processElement(new HistoryVersion(USER, "stars", 3), 0);
    assertThat(requests()).containsExactly(new HeadRequest(USER, "stars", 3, COUNT, 1000));
    harness.setProcessingTime(1100);
    assertThat(requests())
        .containsExactlyInAnyOrder(
            new HeadRequest(USER, "tags", 2, DELAY, 1100),
            new HeadRequest("acme:bob", "tags", 2, DELAY, 1100));
  }

  @Test
  void waitingRequestSurvivesARestart() throws Exception {
    versions(1);
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    harness.close();
    harness = create();
    harness.initializeState(checkpoint);
    harness.open();
    read = 0;
    harness.setProcessingTime(60_000);
    assertThat(requests()).containsExactly(request(1, DELAY, 60_000));
  }

  @Test
  void clockSetBackDoesNotSilenceAUser() throws Exception {
    TriggerPolicy policy = new TriggerPolicy(SETTINGS);
    TriggerState state = policy.requested(policy.observe(TriggerState.INITIAL, 3, 9_000), 9_000);
    state = policy.observe(state, 4, 1_000);
    assertThat(policy.dueAt(state, 1_000)).isEqualTo(1_250);
  }
}
