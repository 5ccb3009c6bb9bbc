package io.hydra.schemas.store;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.resps.Tuple;

/**
 * A history down to its bytes, each text here one byte per character.
 *
 * @param hash every field of it and its value
 * @param order ids and times, in the order that they are kept in
 */
record Stored(Map<String, String> hash, List<String> order) {
  static final Stored NOTHING = new Stored(Map.of(), List.of());
  private static final String AT = " @";

  /** As the layout demands it. */
  static Stored of(long version, List<Write> oldestFirst) {
    if (oldestFirst.isEmpty()) {
      return NOTHING;
    }
    Map<String, String> hash = new TreeMap<>();
    List<String> order = new ArrayList<>();
    hash.put(History.VERSION_FIELD, Long.toString(version));
    for (Write write : oldestFirst) {
      String id = text(write.eventId().getBytes(StandardCharsets.UTF_8));
      hash.put(History.ITEM_PREFIX + id, text(write.item()));
      order.add(ranked(id, write.occurredAt()));
    }
    return new Stored(hash, order);
  }

  /** As Redis has it. */
  static Stored in(UnifiedJedis redis, View view, String userKey, String task) {
    UserKey user = UserKey.parse(userKey);
    Map<String, String> hash = new TreeMap<>();
    redis
        .hgetAll(StoreLayout.history(view, user, task))
        .forEach((field, value) -> hash.put(text(field), text(value)));
    List<String> order = new ArrayList<>();
    for (Tuple tuple : redis.zrangeWithScores(StoreLayout.historyOrder(view, user, task), 0, -1)) {
      order.add(ranked(text(tuple.getBinaryElement()), (long) tuple.getScore()));
    }
    return new Stored(hash, order);
  }

  /** What must not depend on the order of the writes. */
  Stored withoutVersion() {
    Map<String, String> items = new TreeMap<>(hash);
    items.remove(History.VERSION_FIELD);
    return new Stored(items, order);
  }

  /** Decoded, in order. */
  List<HistoryItem> items() {
    return order.stream()
        .map(ranked -> ranked.substring(0, ranked.lastIndexOf(AT)))
        .map(
            id ->
                HistoryItemCodec.decode(
                    new String(bytes(id), StandardCharsets.UTF_8),
                    bytes(hash.get(History.ITEM_PREFIX + id))))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String ranked(String id, long occurredAt) {
    return id + AT + occurredAt;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
