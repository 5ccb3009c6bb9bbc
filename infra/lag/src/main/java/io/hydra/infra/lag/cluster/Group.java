package io.hydra.infra.lag.cluster;

import java.util.List;
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
   * @param changelogs of a streams group's tasks; empty for other groups
   */
  public record Members(
      GroupType type,
      GroupState state,
      int count,
      Set<TopicPartition> assigned,
      List<Changelog> changelogs) {
    static final Members UNKNOWN =
        new Members(GroupType.UNKNOWN, GroupState.UNKNOWN, 0, Set.of(), List.of());
  }

  /**
   * How far a streams task has restored its state.
   *
   * @param offset summed over the task's changelog partitions, as {@code end} is
   */
  public record Changelog(String subtopology, int partition, long offset, long end) {
    public long lag() {
      return Math.max(0, end - offset);
    }
  }
}
