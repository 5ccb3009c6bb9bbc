package io.hydra.serving.consume;

import java.util.OptionalLong;

/**
 * One assignment of a partition to this process, from assigned to revoked. All but the fence
 * belongs to the consumer's thread.
 */
final class OwnedPartition implements Fence {
  private final PartitionProgress progress = new PartitionProgress();
  private final long end;
  private long committed = -1;
  private volatile boolean revoked;

  /**
   * @param end of the partition when it was assigned
   */
  OwnedPartition(long end) {
    this.end = end;
  }

  /**
   * Whether an earlier owner may have been given this record. All that lay in the partition when it
   * was assigned counts: how far the earlier owner had read is known to nobody.
   */
  boolean mayHaveBeenDelivered(long offset) {
    return offset < end;
  }

  PartitionProgress progress() {
    return progress;
  }

  /** The finished prefix, if it has moved since the last commit that succeeded. */
  OptionalLong due() {
    OptionalLong prefix = progress.finishedPrefix();
    return prefix.isPresent() && prefix.getAsLong() > committed ? prefix : OptionalLong.empty();
  }

  void committed(long offset) {
    committed = Math.max(committed, offset);
  }

  void revoke() {
    revoked = true;
  }

  @Override
  public boolean isRevoked() {
    return revoked;
  }
}
