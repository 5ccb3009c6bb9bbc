package io.hydra.infra.lag.cluster;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;

/**
 * A group as its coordinator describes it.
 *
 * @param positions the next offset to consume: committed, or of a share group its start offset; a
 *     partition without one is absent
 */
public record Group(String name, Members members, Map<TopicPartition, Long> positions) {

  /**
   * @param assigned partitions that they own; empty for a streams group
   */
  public record Members(GroupType type, GroupState state, int count, Set<TopicPartition> assigned) {
    static Members unknown(GroupType type) {
      return new Members(type, GroupState.UNKNOWN, 0, Set.of());
    }
  }
}
