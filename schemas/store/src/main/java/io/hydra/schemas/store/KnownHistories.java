package io.hydra.schemas.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of the histories that were written last, bounded in bytes; losing some costs a
 * read. Not thread-safe.
 */
final class KnownHistories {
  private final long maxBytes;
  private final Map<HistoryId, KnownHistory> leastRecentFirst = new LinkedHashMap<>(16, 0.75f, true);
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
    bytes += known.bytes() - (before == null ? 0 : before.bytes());
    Iterator<KnownHistory> oldest = leastRecentFirst.values().iterator();
    while (bytes > maxBytes) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  void remove(HistoryId id) {
    KnownHistory before = leastRecentFirst.remove(id);
    bytes -= before == null ? 0 : before.bytes();
  }

  void clear() {
    leastRecentFirst.clear();
    bytes = 0;
  }
}
