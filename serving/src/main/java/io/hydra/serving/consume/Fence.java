package io.hydra.serving.consume;

/** Whether a record is still ours: one assignment of one partition is one epoch. */
public interface Fence {
  /**
   * True for ever once the partition was revoked, even if it comes back: its records are then read
   * again under a new fence.
   */
  boolean isRevoked();
}
