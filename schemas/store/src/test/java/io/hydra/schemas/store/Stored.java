package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import redis.clients.jedis.UnifiedJedis;

/**
 * A history down to its items' bytes, each text here one byte per character.
 *
 * @param hash every field of it and its value, items that are packed as if they were not, but for
 *     the stamp, which is never the same
 */
record Stored(Map<String, String> hash) {
  static final Stored NOTHING = new Stored(Map.of());
  private static final List<String> OTHERS = List.of("m:stamp", "m:pack", "m:gone");

  /** As the layout demands it. */
  static Stored of(long version, List<Write> oldestFirst) {
    if (oldestFirst.isEmpty()) {
      return NOTHING;
    }
    Map<String, String> hash = new TreeMap<>();
    hash.put(History.VERSION_FIELD, Long.toString(version));
    for (Write write : oldestFirst) {
      hash.put(text(History.field(write.eventId())), text(write.item()));
    }
    return new Stored(hash);
  }

  /** As Redis has it. */
  static Stored in(UnifiedJedis redis, View view, String userKey, String task) {
    Map<String, String> hash = new TreeMap<>();
    Map<byte[], byte[]> fields =
        redis.hgetAll(StoreLayout.history(view, UserKey.parse(userKey), task));
    fields.forEach((field, value) -> hash.put(text(field), text(value)));
    hash.keySet().removeAll(OTHERS);
    HistoryHash read = new HistoryHash(fields);
    read.items().forEach((id, item) -> hash.put(text(History.field(id)), text(item)));
    byte[] pack = HistoryHash.value(fields, HistoryPack.FIELD);
    if (pack != null) {
      Set<String> both = HistoryPack.decode(pack).keySet();
      both.removeAll(HistoryPack.decodeGone(read.gone()));
      both.retainAll(read.own().keySet());
      assertThat(both).as("in the pack and beside it").isEmpty();
    }
    return new Stored(hash);
  }

  /** The part that must not depend on the order of the writes: the items. */
  Stored withoutVersion() {
    Map<String, String> items = new TreeMap<>(hash);
    items.keySet().removeIf(field -> !field.startsWith(History.ITEM_PREFIX));
    return new Stored(items);
  }

  /** Decoded, oldest first. */
  List<HistoryItem> items() {
    return hash.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(History.ITEM_PREFIX))
        .map(
            entry ->
                HistoryItemCodec.decode(
                    new String(
                        bytes(entry.getKey().substring(History.ITEM_PREFIX.length())),
                        StandardCharsets.UTF_8),
                    bytes(entry.getValue())))
        .sorted(HistoryItem.OLDEST_FIRST)
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
