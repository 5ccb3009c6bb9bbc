package io.hydra.stream.trigger;

import static io.hydra.schemas.avro.TriggerReason.DELAY;
import static io.hydra.schemas.avro.TriggerReason.REBUILT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.stream.writer.HistoryVersion;
import io.hydra.stream.writer.HistoryVersion.ErasedUser;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadTriggerErasureTest extends HeadTriggerFixture {
  private static ErasedUser erasedUser(String userKey) {
    return new ErasedUser(userKey, "x1", 500, 3, 1, 900);
  }

  private void erase(String userKey) throws Exception {
    harness.processElement(HistoryVersion.erased(erasedUser(userKey)), 0);
  }

  private List<ErasedUser> erasures() {
    var records = harness.getSideOutput(HeadTrigger.ERASURES);
    return records == null ? List.of() : records.stream().map(r -> r.getValue()).toList();
  }

  @Test
  void erasureForgetsEveryTaskOfTheUserAndIsPassedOn() throws Exception {
    harness.processElement(HistoryVersion.of(USER, "tags", 5, false), 0);
    harness.processElement(HistoryVersion.of(USER, "stars", 5, false), 0);
    harness.processElement(HistoryVersion.of("acme:bob", "tags", 5, false), 0);
    assertThat(requests()).hasSize(3);
    erase(USER);
    assertThat(erasures()).containsExactly(erasedUser(USER));
    assertThat(harness.numKeyedStateEntries()).isEqualTo(1); // Bob's.
    assertThat(requests()).isEmpty();
  }

  @Test
  void waitingRequestsOfAnErasedUserAreDropped() throws Exception {
    for (String user : List.of(USER, "acme:bob")) {
      harness.processElement(HistoryVersion.of(user, "tags", 1, true), 0);
      harness.processElement(HistoryVersion.of(user, "tags", 2, true), 0);
      harness.processElement(HistoryVersion.of(user, "stars", 1, true), 0);
    }
    assertThat(requests()).hasSize(4);
    erase(USER);
    now(9000);
    assertThat(requests()).extracting(HeadRequest::userKey).containsExactly("acme:bob");
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void erasedUserWhoComesBackIsNewAndTheTrainerMustNotSkipTheRequest() throws Exception {
    versions(57);
    assertThat(requests()).hasSize(1);
    now(1010);
    erase(USER);
    inserts(1, 2); // A count that the trainer's old head has seen.
    assertThat(requests()).containsExactly(request(1, REBUILT, 1010));
    now(1410);
    assertThat(requests()).containsExactly(request(2, DELAY, 1410));
  }

  @Test
  void erasedUserWhoComesBackIsRequestedWithoutWaitingForTheInterval() throws Exception {
    versions(57);
    assertThat(requests()).hasSize(1);
    erase(USER);
    inserts(1);
    assertThat(requests()).containsExactly(request(1, REBUILT, 1000));
  }

  @Test
  void timerFromBeforeAnErasureDoesNotHurryWhatCameAfterIt() throws Exception {
    inserts(1, 2);
    assertThat(requests()).hasSize(1);
    now(1060);
    erase(USER);
    inserts(1, 2);
    assertThat(requests()).hasSize(1);
    now(1400);
    assertThat(requests()).isEmpty();
    now(1460);
    assertThat(requests()).containsExactly(request(2, DELAY, 1460));
  }

  @Test
  void whatAnErasureLeftIsRequestedThoughTheTrainerMayHaveSeenItsVersion() throws Exception {
    versions(57);
    assertThat(requests()).hasSize(1);
    now(5000);
    erase(USER);
    harness.processElement(HistoryVersion.left(USER, TASK, 57), 0);
    assertThat(requests()).containsExactly(request(57, REBUILT, 5000));
    // A repeated erasure removes the heads again.
    erase(USER);
    harness.processElement(HistoryVersion.left(USER, TASK, 57), 0);
    assertThat(requests()).containsExactly(request(57, REBUILT, 5000));
  }

  @Test
  void whatAnErasureLeftOfAShortHistoryIsRequestedAtOnce() throws Exception {
    erase(USER);
    harness.processElement(HistoryVersion.left(USER, TASK, 2), 0);
    assertThat(requests()).containsExactly(request(2, REBUILT, 1000));
  }

  @Test
  void erasureSurvivesARestartAsForgotten() throws Exception {
    inserts(1, 2);
    assertThat(requests()).hasSize(1);
    erase(USER);
    restart(SETTINGS);
    now(9000);
    assertThat(requests()).isEmpty();
    assertThat(harness.numKeyedStateEntries()).isZero();
  }
}
