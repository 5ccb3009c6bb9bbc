package io.hydra.infra.topic;

import java.util.OptionalInt;

/**
 * The sizes of topics. What is not given is not compared with topics that are there.
 *
 * @param partitions of each topic
 * @param replication copies of each partition
 */
public record TopicSizes(OptionalInt partitions, OptionalInt replication) {
  private static final int DEFAULT_PARTITIONS = 4;

  /** Has the broker use its own default. */
  private static final short BROKERS_DEFAULT = -1;

  public static TopicSizes of(int partitions, int replication) {
    return new TopicSizes(OptionalInt.of(partitions), OptionalInt.of(replication));
  }

  int partitionsOfNew() {
    return partitions.orElse(DEFAULT_PARTITIONS);
  }

  short replicationOfNew() {
    return (short) replication.orElse(BROKERS_DEFAULT);
  }
}
