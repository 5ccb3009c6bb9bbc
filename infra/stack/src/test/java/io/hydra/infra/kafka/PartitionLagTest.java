package io.hydra.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.kafka.ConsumerLag.GroupLag;
import io.hydra.infra.kafka.ConsumerLag.PartitionLag;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionLagTest {
  @Test
  void lagIsTheDistanceFromTheCommitToTheEnd() {
    assertThat(new PartitionLag("t", 0, 4, 0, 10).lag()).isEqualTo(6);
  }

  @Test
  void withoutACommitLagCountsFromTheStartOfTheLogAndTheCommitIsAbsent() {
    PartitionLag none = new PartitionLag("t", 0, PartitionLag.NONE, 3, 10);
    assertThat(none.lag()).isEqualTo(7);
    assertThat(none.committedOffset()).isEmpty();
  }

  @Test
  void lagIsNeverNegative() {
    assertThat(new PartitionLag("t", 0, 12, 0, 10).lag()).isZero();
  }

  @Test
  void recordsThatRetentionRemovedAreNoLag() {
    assertThat(new PartitionLag("t", 0, 2, 8, 10).lag()).isEqualTo(2);
  }

  @Test
  void aGroupsLagIsTheSumOfItsPartitions() {
    GroupLag group =
        new GroupLag(
            "g", List.of(new PartitionLag("t", 0, 4, 0, 10), new PartitionLag("t", 1, 9, 0, 10)));
    assertThat(group.sum()).isEqualTo(7);
  }
}
