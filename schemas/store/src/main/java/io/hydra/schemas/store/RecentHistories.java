package io.hydra.schemas.store;

import io.hydra.schemas.redis.History;
import java.util.Map;
import java.util.UUID;

/**
 * Histories as they were last read, so that one that has not changed need not be sent again. They
 * lie under digests of their keys: nothing here says whose they are. Bounded in bytes; thread-safe.
 */
final class RecentHistories {
  /** An entry with its key, fields and place. */
  private static final int OWN_BYTES = 400;

  /** Of an item's objects, beside its texts. */
  private static final int ITEM_BYTES = 150;

  private final RecentValues<UUID, Recent> recent;

  /**
   * A history, and what tells whether it is still the same.
   *
   * @param fields version and stamp, each before its value: an erasure leaves the stamp
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Recent(byte[][] fields, History history, long bytes) {
    static final Recent NONE = new Recent(new byte[0][], History.EMPTY, 0);
  }

  RecentHistories(long maxBytes) {
    this.recent = new RecentValues<>(maxBytes, (key, history) -> history.bytes());
  }

  /** {@link Recent#NONE} if it was not read lately. */
  synchronized Recent find(byte[] key) {
    Recent found = recent.get(UUID.nameUUIDFromBytes(key));
    return found == null ? Recent.NONE : found;
  }

  /**
   * Remembers a history, unless it lacks a stamp, as one that an earlier version wrote.
   *
   * @param hash what it was decoded from
   * @param bytes of the hash
   */
  synchronized void put(byte[] key, History history, Map<byte[], byte[]> hash, long bytes) {
    UUID name = UUID.nameUUIDFromBytes(key);
    byte[] version = HistoryHash.value(hash, HistoryHash.VERSION);
    byte[] stamp = HistoryHash.value(hash, HistoryHash.STAMP);
    if (version == null || stamp == null) {
      recent.remove(name);
      return;
    }
    byte[][] fields = {HistoryHash.VERSION, version, HistoryHash.STAMP, stamp};
    recent.put(
        name, new Recent(fields, history, OWN_BYTES + bytes + ITEM_BYTES * history.items().size()));
  }
}
