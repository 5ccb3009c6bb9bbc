package io.hydra.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumerLagTest {
  private static final TopicPartition ZERO = new TopicPartition("t", 0);
  private static final TopicPartition ONE = new TopicPartition("t", 1);

  @Test
  void lagCountsFromTheCommitToTheEnd() {
    assertThat(lag(Map.of(ZERO, 4L), 0)).isEqualTo(6);
  }

  @Test
  void withoutACommitLagCountsFromTheStartOfTheLog() {
    assertThat(lag(Map.of(), 3)).isEqualTo(7);
  }

  @Test
  void lagIsNeverNegative() {
    assertThat(lag(Map.of(ZERO, 12L), 0)).isZero();
  }

  @Test
  void recordsThatRetentionRemovedAreNoLag() {
    assertThat(lag(Map.of(ZERO, 2L), 8)).isEqualTo(2);
  }

  @Test
  void aGroupsLagIsTheSumOfItsPartitionsAndOfNoOthers() {
    TopicPartition other = new TopicPartition("other", 0);
    Logs logs =
        new Logs(Map.of(ZERO, 0L, ONE, 0L, other, 0L), Map.of(ZERO, 10L, ONE, 10L, other, 10L));
    assertThat(ConsumerLag.sum(Map.of(ZERO, 4L, ONE, 9L), Set.of("t"), logs)).isEqualTo(7);
  }

  /** Of one partition that ends at 10. */
  private static long lag(Map<TopicPartition, Long> commits, long start) {
    return ConsumerLag.sum(commits, Set.of("t"), new Logs(Map.of(ZERO, start), Map.of(ZERO, 10L)));
  }
}
