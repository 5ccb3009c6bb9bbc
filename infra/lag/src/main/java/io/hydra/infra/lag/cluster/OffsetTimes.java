package io.hydra.infra.lag.cluster;

import java.util.Arrays;

/**
 * The offsets of one partition whose records are wanted, and the timestamps of these. Two arrays
 * hold them: a cluster's groups have tens of thousands of positions.
 */
public final class OffsetTimes {
  /** The record has not been read, or could not be read. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  /** Nothing can be read from that offset up to the end of the log. */
  public static final long NOTHING = Long.MAX_VALUE;

  static final OffsetTimes NONE = new OffsetTimes();

  private static final int FIRST_CAPACITY = 4;

  private long[] offsets = new long[FIRST_CAPACITY];
  private int size;

  /** Null until the offsets are complete. */
  private long[] times;

  /** Adds an offset, in any order and as often as groups are there. */
  public void want(long offset) {
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * size);
    }
    offsets[size++] = offset;
  }

  /** Ends the adding: sorts the offsets, and takes over what was read before. */
  void complete(OffsetTimes before) {
    offsets = Arrays.stream(offsets, 0, size).sorted().distinct().toArray();
    size = offsets.length;
    times = new long[size];
    for (int i = 0; i < size; i++) {
      long known = before.at(offsets[i]);
      // A record may have come since: what was nothing is looked for again.
      times[i] = known == NOTHING ? UNKNOWN : known;
    }
  }

  /** The first offset from an index on that is below {@code end} and not known; -1 if none is. */
  int nextUnknown(int from, long end) {
    for (int i = from; i < size && offsets[i] < end; i++) {
      if (times[i] == UNKNOWN) {
        return i;
      }
    }
    return -1;
  }

  long offset(int index) {
    return offsets[index];
  }

  void set(int index, long time) {
    times[index] = time;
  }

  /**
   * Milliseconds since the epoch, negative if the record has none; {@link #NOTHING} or {@link
   * #UNKNOWN}.
   */
  public long at(long offset) {
    int index = times == null ? -1 : Arrays.binarySearch(offsets, 0, size, offset);
    return index < 0 ? UNKNOWN : times[index];
  }
}
