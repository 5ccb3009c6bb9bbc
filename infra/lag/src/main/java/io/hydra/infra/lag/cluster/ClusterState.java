package io.hydra.infra.lag.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;

/**
 * The state of a cluster as read in one cycle.
 *
 * @param at the time at which the ends of the logs were asked for, after the groups' positions
 * @param logs of every partition of every topic that a group has a position in or is assigned;
 *     absent where it could not be read
 * @param problems the parts that could not be read, and why; everything else is complete
 */
public record ClusterState(
    Instant at, List<Group> groups, Map<TopicPartition, Log> logs, List<Problem> problems) {

  /**
   * The offsets of a partition's log.
   *
   * @param low first offset that it still holds
   * @param stable behind the last record that a transaction-aware reader can see
   * @param high behind the last record
   */
  public record Log(long low, long stable, long high) {}

  /**
   * Something that could not be read.
   *
   * @param subject a group, topic or partition
   * @param reason with the remedy, where there is one
   */
  public record Problem(String subject, String reason) {}

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
    public record Members(
        GroupType type, GroupState state, int count, Set<TopicPartition> assigned) {
      static Members unknown(GroupType type) {
        return new Members(type, GroupState.UNKNOWN, 0, Set.of());
      }
    }
  }
}
