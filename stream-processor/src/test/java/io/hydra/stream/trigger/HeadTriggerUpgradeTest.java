package io.hydra.stream.trigger;

import static io.hydra.schemas.avro.TriggerReason.DELAY;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * State that an earlier version wrote: {@code acme:ann} had version 3 requested, {@code acme:bob}
 * waited with version 1 for its moment.
 */
class HeadTriggerUpgradeTest extends HeadTriggerFixture {
  @Override
  @BeforeEach
  void open() throws Exception {
    String state =
        Path.of(getClass().getResource("/released/head-trigger-0.1.0.state").toURI()).toString();
    harness = create(SETTINGS);
    harness.initializeState(OperatorSnapshotUtil.readStateHandle(state));
    harness.open();
    now(1000);
  }

  @Test
  void whatWaitedIsRequestedAtItsMomentAndWhatWasRequestedIsNotAgain() throws Exception {
    versions(3);
    now(1099);
    assertThat(requests()).isEmpty();
    now(1100);
    HeadRequest bob = requests().get(0);
    assertThat(bob.userKey()).isEqualTo("acme:bob");
    assertThat(bob.historyVersion()).isEqualTo(1);
    inserts(4);
    now(2000);
    assertThat(requests()).extracting(HeadRequest::reason).containsExactly(DELAY);
  }
}
