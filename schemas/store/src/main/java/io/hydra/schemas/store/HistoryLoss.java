package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.HistoryLimits;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Counts what a switch from one history to another would lose: the items of the old one that would
 * be in the new one if they were written to it. Items that the new one has had to drop, for its
 * capacity, its age limit, an erasure or a greater item of the same id, are not lost.
 */
record HistoryLoss(HistoryLimits limits) {
  /**
   * @param old whole hash of the old history
   * @param fresh whole hash of the new one
   * @param erasedUpTo moment of the user's last erasure in ms; 0 for none
   * @return how many items would be lost
   */
  int count(Map<byte[], byte[]> old, Map<byte[], byte[]> fresh, long erasedUpTo) {
    Map<String, HistoryItem> has = items(fresh);
    Stream<HistoryItem> both = Stream.concat(items(old).values().stream(), has.values().stream());
    return (int)
        limits.keep(both.toList(), erasedUpTo).stream()
            .filter(item -> !item.equals(has.get(item.eventId())))
            .count();
  }

  private static Map<String, HistoryItem> items(Map<byte[], byte[]> hash) {
    Map<String, HistoryItem> items = new HashMap<>();
    hash.forEach(
        (name, value) -> {
          String field = new String(name, StandardCharsets.UTF_8);
          if (field.startsWith(History.ITEM_PREFIX)) {
            String id = field.substring(History.ITEM_PREFIX.length());
            try {
              items.put(id, HistoryItemCodec.decode(id, value));
            } catch (CorruptValueException e) {
              // Nobody can read it, so nobody misses it.
            }
          }
        });
    return items;
  }
}
