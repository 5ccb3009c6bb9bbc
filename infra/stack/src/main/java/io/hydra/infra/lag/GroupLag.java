package io.hydra.infra.lag;

import java.util.List;

/**
 * A consumer group's distance from the end of what it reads.
 *
 * @param partitions by topic, then partition
 */
public record GroupLag(String group, List<PartitionLag> partitions) {
  public GroupLag {
    partitions = List.copyOf(partitions);
  }

  /** Records not yet consumed. */
  public long sum() {
    return partitions.stream().mapToLong(PartitionLag::lag).sum();
  }
}
