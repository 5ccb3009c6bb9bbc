package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The event ids of a history and their times: all that deciding on an event takes of the items.
 * Immutable. One array, since very many are held: of each entry its time (int64), the id's length
 * (uint16) and the id in UTF-8, in the order of the ids' bytes. A place is where an entry begins.
 */
final class HistoryIndex {
  static final HistoryIndex EMPTY = new HistoryIndex(new byte[0], 0);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final int HEADER_BYTES = Long.BYTES + Short.BYTES;
  private static final int MOST_ID_BYTES = (1 << Short.SIZE) - 1;
  private static final byte TIMES_VERSION = 1;

  private final byte[] entries;
  private final int count;

  private HistoryIndex(byte[] entries, int count) {
    this.entries = entries;
    this.count = count;
  }

  /** An event's id in UTF-8, at most 65,535 bytes, and its time in ms. */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Entry(byte[] id, long occurredAt) {}

  /**
   * @param entries in any order, none of an id twice
   * @throws CorruptValueException if an entry can be no event's
   */
  static HistoryIndex of(List<Entry> entries) {
    byte[] packed =
        new byte[entries.stream().mapToInt(entry -> HEADER_BYTES + entry.id().length).sum()];
    int place = 0;
    for (Entry entry :
        entries.stream()
            .sorted(Comparator.comparing(Entry::id, Arrays::compareUnsigned))
            .toList()) {
      putStored(packed, place, entry.id(), entry.occurredAt());
      place += HEADER_BYTES + entry.id().length;
    }
    return new HistoryIndex(packed, entries.size());
  }

  /**
   * Puts together again what {@link #times} tells, and the ids.
   *
   * @param ids in any order; sorted by this
   * @return empty if the times are not those of so many ids, or of another format
   * @throws CorruptValueException if an entry can be no event's
   */
  static Optional<HistoryIndex> of(byte[][] ids, byte[] times) {
    if (times.length != 1 + ids.length * Long.BYTES || times[0] != TIMES_VERSION) {
      return Optional.empty();
    }
    Arrays.sort(ids, Arrays::compareUnsigned);
    byte[] packed = new byte[Arrays.stream(ids).mapToInt(id -> HEADER_BYTES + id.length).sum()];
    int place = 0;
    for (int i = 0; i < ids.length; i++) {
      putStored(packed, place, ids[i], (long) LONG.get(times, 1 + i * Long.BYTES));
      place += HEADER_BYTES + ids[i].length;
    }
    return Optional.of(new HistoryIndex(packed, ids.length));
  }

  /** Version 1: version byte, then each time (int64) in the order of the ids' bytes, big-endian. */
  byte[] times() {
    ByteBuffer times = ByteBuffer.allocate(1 + count * Long.BYTES).put(TIMES_VERSION);
    for (int place = 0; place < entries.length; place = next(place)) {
      times.putLong(occurredAt(place));
    }
    return times.array();
  }

  private static void putStored(byte[] entries, int place, byte[] id, long occurredAt) {
    if (id.length > MOST_ID_BYTES || occurredAt < 0) {
      throw new CorruptValueException("an item's id or time is no event's");
    }
    put(entries, place, id, occurredAt);
  }

  private static void put(byte[] entries, int place, byte[] id, long occurredAt) {
    LONG.set(entries, place, occurredAt);
    SHORT.set(entries, place + Long.BYTES, (short) id.length);
    System.arraycopy(id, 0, entries, place + HEADER_BYTES, id.length);
  }

  int count() {
    return count;
  }

  int bytes() {
    return entries.length;
  }

  long occurredAt(int place) {
    return (long) LONG.get(entries, place);
  }

  byte[] id(int place) {
    return Arrays.copyOfRange(entries, place + HEADER_BYTES, next(place));
  }

  private int next(int place) {
    return place
        + HEADER_BYTES
        + Short.toUnsignedInt((short) SHORT.get(entries, place + Long.BYTES));
  }

  boolean contains(byte[] id) {
    return isAt(placeOf(id), id);
  }

  /** Tells whether the id is at the place that {@link #placeOf} gave for it. */
  boolean isAt(int place, byte[] id) {
    return place < entries.length && compare(place, id) == 0;
  }

  /** The place of an id, or that at which it would be. */
  int placeOf(byte[] id) {
    int place = 0;
    while (place < entries.length && compare(place, id) < 0) {
      place = next(place);
    }
    return place;
  }

  private int compare(int place, byte[] id) {
    return Arrays.compareUnsigned(entries, place + HEADER_BYTES, next(place), id, 0, id.length);
  }

  /** The place of the event that leaves first; there must be one. */
  int oldest() {
    int oldest = 0;
    for (int place = 0; place < entries.length; place = next(place)) {
      if (occurredAt(place) < occurredAt(oldest)) {
        oldest = place;
      }
    }
    return oldest;
  }

  /** The time of the newest event; there must be one. */
  long newest() {
    long newest = Long.MIN_VALUE;
    for (int place = 0; place < entries.length; place = next(place)) {
      newest = Math.max(newest, occurredAt(place));
    }
    return newest;
  }

  /**
   * The same with an event whose id is not there.
   *
   * @param place as {@link #placeOf} gave it
   */
  HistoryIndex with(int place, byte[] id, long occurredAt) {
    int length = HEADER_BYTES + id.length;
    byte[] more = new byte[entries.length + length];
    System.arraycopy(entries, 0, more, 0, place);
    put(more, place, id, occurredAt);
    System.arraycopy(entries, place, more, place + length, entries.length - place);
    return new HistoryIndex(more, count + 1);
  }

  HistoryIndex without(int place) {
    byte[] less = new byte[entries.length - (next(place) - place)];
    System.arraycopy(entries, 0, less, 0, place);
    System.arraycopy(entries, next(place), less, place, less.length - place);
    return new HistoryIndex(less, count - 1);
  }
}
