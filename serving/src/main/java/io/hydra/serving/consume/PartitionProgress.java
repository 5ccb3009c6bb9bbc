package io.hydra.serving.consume;

import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Which records of one partition are still in hand. What may be committed is the offset of the
 * first of them, or, with none in hand, the position up to which the partition was read (which also
 * counts what is no record, such as transaction markers). Not thread-safe.
 */
final class PartitionProgress {
  private static final long NOTHING_READ = -1;

  private final NavigableSet<Long> inHand = new TreeSet<>();
  private long position = NOTHING_READ;

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

  /** How many offsets lie between the first record in hand and the position. */
  long span() {
    return inHand.isEmpty() ? 0 : position - inHand.first();
  }

  /** The offset to commit: everything before it is finished. Empty if nothing was read. */
  OptionalLong finishedPrefix() {
    if (!inHand.isEmpty()) {
      return OptionalLong.of(inHand.first());
    }
    return position == NOTHING_READ ? OptionalLong.empty() : OptionalLong.of(position);
  }
}
