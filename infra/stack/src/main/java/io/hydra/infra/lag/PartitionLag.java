package io.hydra.infra.lag;

import java.util.OptionalLong;

/**
 * One partition's lag.
 *
 * @param committed the group's next offset, or {@link #NONE}
 * @param start first offset that the log still holds
 * @param end offset behind the last record that a transaction-aware reader can see
 */
public record PartitionLag(String topic, int partition, long committed, long start, long end) {
  /** Stands for a partition without a commit. */
  public static final long NONE = -1;

  /** Empty where the group has committed nothing. */
  public OptionalLong committedOffset() {
    return committed == NONE ? OptionalLong.empty() : OptionalLong.of(committed);
  }

  /** Records between the commit, or else the start of the log, and its end; never negative. */
  public long lag() {
    long from = committed == NONE ? start : Math.max(committed, start);
    return Math.max(0, end - from);
  }
}
