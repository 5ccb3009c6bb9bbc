package io.hydra.schemas.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The memory of the histories written last, bounded in bytes; a lost one costs a read. Not
 * thread-safe.
 */
final class KnownHistories {
  private final long maxBytes;
  private final Map<HistoryId, KnownHistory> leastRecentFirst =
      new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  KnownHistories(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Null if nothing is known. */
  KnownHistory get(HistoryId id) {
    return leastRecentFirst.get(id);
  }

  void put(HistoryId id, KnownHistory known) {
    KnownHistory before = leastRecentFirst.put(id, known);
    bytes += bytes(id, known) - (before == null ? 0 : bytes(id, before));
    Iterator<Map.Entry<HistoryId, KnownHistory>> oldest = leastRecentFirst.entrySet().iterator();
    while (bytes > maxBytes) {
      Map.Entry<HistoryId, KnownHistory> next = oldest.next();
      bytes -= bytes(next.getKey(), next.getValue());
      oldest.remove();
    }
  }

  void remove(HistoryId id) {
    KnownHistory before = leastRecentFirst.remove(id);
    bytes -= before == null ? 0 : bytes(id, before);
  }

  /** The user's id is held as text and as a record's key. */
  private static long bytes(HistoryId id, KnownHistory known) {
    return known.bytes() + 4L * id.user().recordKey().length();
  }

  void clear() {
    leastRecentFirst.clear();
    bytes = 0;
  }
}
