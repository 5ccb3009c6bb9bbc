package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The event ids of a history, with their times and digests of their items: all that deciding on an
 * event takes of them. One array, since very many are held, which is changed in place: of each
 * entry its time (int64; negative, by its complement, if the item is packed), the item's digest
 * (int64), the id's length (uint16) and the id in UTF-8, in the order of the ids' bytes. A place is
 * where an entry begins. Not thread-safe.
 */
final class HistoryIndex {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final int DIGEST_AT = Long.BYTES;
  private static final int LENGTH_AT = DIGEST_AT + Long.BYTES;
  private static final int HEADER_BYTES = LENGTH_AT + Short.BYTES;
  private static final int MOST_ID_BYTES = (1 << Short.SIZE) - 1;

  private byte[] entries;

  /** End of the last entry; bytes behind it mean nothing. */
  private int end;

  private int count;
  private int own;

  /**
   * One item.
   *
   * @param id of the event in UTF-8, at most 65,535 bytes
   * @param occurredAt in ms, not negative
   * @param packed whether it lies in the pack
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Entry(byte[] id, long occurredAt, long digest, boolean packed) {
    private int bytes() {
      return HEADER_BYTES + id.length;
    }

    private boolean isCorrupt() {
      return id.length > MOST_ID_BYTES || occurredAt < 0;
    }
  }

  /** Two checksums: an item of the same id and time has another one, but for 1 in 2^64. */
  static long digest(byte[] item) {
    CRC32 one = new CRC32();
    one.update(item);
    CRC32C other = new CRC32C();
    other.update(item);
    return one.getValue() << Integer.SIZE | other.getValue();
  }

  /**
   * @param entries in any order, none of an id twice
   * @throws CorruptValueException if an entry can be no event's
   */
  HistoryIndex(List<Entry> entries) {
    if (entries.stream().anyMatch(Entry::isCorrupt)) {
      throw new CorruptValueException("an item's id or time is no event's");
    }
    this.entries = new byte[entries.stream().mapToInt(Entry::bytes).sum()];
    entries.stream()
        .sorted(Comparator.comparing(Entry::id, Arrays::compareUnsigned))
        .forEach(entry -> insert(end, entry));
  }

  int count() {
    return count;
  }

  /** Memory that it takes, but for a few dozen. */
  int bytes() {
    return entries.length;
  }

  /** Items that are not packed. */
  int own() {
    return own;
  }

  long occurredAt(int place) {
    long time = (long) LONG.get(entries, place);
    return time < 0 ? ~time : time;
  }

  boolean isPacked(int place) {
    return (long) LONG.get(entries, place) < 0;
  }

  /** {@link #digest(byte[])} of the item. */
  long digest(int place) {
    return (long) LONG.get(entries, place + DIGEST_AT);
  }

  byte[] id(int place) {
    return Arrays.copyOfRange(entries, place + HEADER_BYTES, next(place));
  }

  private int next(int place) {
    return place
        + HEADER_BYTES
        + Short.toUnsignedInt((short) SHORT.get(entries, place + LENGTH_AT));
  }

  /** Tells whether the id is at the place that {@link #placeOf} gave for it. */
  boolean isAt(int place, byte[] id) {
    return place < end && compare(place, id) == 0;
  }

  /** The place of an id, or that at which it would be. */
  int placeOf(byte[] id) {
    int place = 0;
    while (place < end && compare(place, id) < 0) {
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
    for (int place = 0; place < end; place = next(place)) {
      if (occurredAt(place) < occurredAt(oldest)) {
        oldest = place;
      }
    }
    return oldest;
  }

  /** The time of the newest event; there must be one. */
  long newest() {
    long newest = Long.MIN_VALUE;
    for (int place = 0; place < end; place = next(place)) {
      newest = Math.max(newest, occurredAt(place));
    }
    return newest;
  }

  /**
   * Adds an event whose id is not there.
   *
   * @param place as {@link #placeOf} gave it
   */
  void insert(int place, Entry entry) {
    int length = entry.bytes();
    if (end + length > entries.length) {
      entries = Arrays.copyOf(entries, end + length);
    }
    System.arraycopy(entries, place, entries, place + length, end - place);
    end += length;
    count++;
    own += entry.packed() ? 0 : 1;
    LONG.set(entries, place, entry.packed() ? ~entry.occurredAt() : entry.occurredAt());
    LONG.set(entries, place + DIGEST_AT, entry.digest());
    SHORT.set(entries, place + LENGTH_AT, (short) entry.id().length);
    System.arraycopy(entry.id(), 0, entries, place + HEADER_BYTES, entry.id().length);
  }

  void remove(int place) {
    own -= isPacked(place) ? 0 : 1;
    count--;
    int next = next(place);
    System.arraycopy(entries, next, entries, place, end - next);
    end -= next - place;
  }

  /** Notes that all items are packed. */
  void packAll() {
    for (int place = 0; place < end; place = next(place)) {
      LONG.set(entries, place, ~occurredAt(place));
    }
    own = 0;
  }
}
