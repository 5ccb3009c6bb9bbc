package io.hydra.stream.rebuild;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.stream.history.HistoryLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * What a switch from one history to another would lose: the items of the old one that would be in
 * the new one if they were written to it. Items that the new one has had to drop, for its capacity,
 * its age limit, an erasure or a greater item of the same id, are not lost.
 */
final class HistoryLoss {
  private static final Comparator<HistoryItem> GREATEST =
      Comparator.comparingLong(HistoryItem::occurredAt)
          .thenComparing(HistoryItemCodec::encode, Arrays::compareUnsigned);

  private final HistoryLimits limits;

  HistoryLoss(HistoryLimits limits) {
    this.limits = limits;
  }

  /**
   * @param old whole hash of the old history
   * @param fresh whole hash of the new one
   * @param erasedUpTo moment of the user's last erasure in ms; 0 for none
   * @return how many items would be lost
   */
  int count(Map<byte[], byte[]> old, Map<byte[], byte[]> fresh, long erasedUpTo) {
    Map<String, HistoryItem> had = items(old);
    Map<String, HistoryItem> has = items(fresh);
    Map<String, HistoryItem> both = new HashMap<>(has);
    had.forEach((id, item) -> both.merge(id, item, BinaryOperator.maxBy(GREATEST)));
    List<HistoryItem> merged = new ArrayList<>(both.values());
    merged.removeIf(item -> item.occurredAt() <= erasedUpTo);
    merged.sort(HistoryItem.OLDEST_FIRST);
    if (!merged.isEmpty() && !limits.maxAge().isZero()) {
      long oldest = merged.get(merged.size() - 1).occurredAt() - limits.maxAge().toMillis();
      merged.removeIf(item -> item.occurredAt() < oldest);
    }
    return (int)
        merged.subList(Math.max(0, merged.size() - limits.capacity()), merged.size()).stream()
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
