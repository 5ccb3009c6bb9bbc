package io.hydra.serving.consume;

import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * One assignment of a partition to this process, from assigned to revoked. What may be committed is
 * the offset of the first record in hand or, with none in hand, the position up to which the
 * partition was read, transaction markers included. All but {@link #isRevoked} belongs to the
 * consumer's thread.
 */
final class Assignment {
  private final NavigableSet<Long> inHand = new TreeSet<>();
  private final long end;
  private long position = -1;
  private long committed = -1;
  private volatile boolean revoked;

  /** Records of it that run or are being refused. */
  int underWay;

  /**
   * @param end of the partition when it was assigned
   */
  Assignment(long end) {
    this.end = end;
  }

  /**
   * Tells whether an earlier owner may have been given this record. All that lay in the partition
   * when it was assigned counts: how far the earlier owner had read is known to nobody.
   */
  boolean mayHaveBeenDelivered(long offset) {
    return offset < end;
  }

  /** A record was read. */
  void begin(long offset) {
    inHand.add(offset);
    readUpTo(offset + 1);
  }

  /** The partition was read up to here, exclusively. */
  void readUpTo(long offset) {
    position = Math.max(position, offset);
  }

  /** A record needs no further care. */
  void finish(long offset) {
    inHand.remove(offset);
  }

  /** The distance from the first record in hand to the position. */
  long span() {
    return inHand.isEmpty() ? 0 : position - inHand.first();
  }

  /** The offset to commit: everything before it is finished. Empty if nothing was read. */
  OptionalLong finishedPrefix() {
    long prefix = inHand.isEmpty() ? position : inHand.first();
    return prefix < 0 ? OptionalLong.empty() : OptionalLong.of(prefix);
  }

  /** The finished prefix, if it has moved since the last commit that succeeded. */
  OptionalLong due() {
    OptionalLong prefix = finishedPrefix();
    return prefix.isPresent() && prefix.getAsLong() > committed ? prefix : OptionalLong.empty();
  }

  void markCommitted(long offset) {
    committed = Math.max(committed, offset);
  }

  void revoke() {
    revoked = true;
  }

  boolean isRevoked() {
    return revoked;
  }
}
