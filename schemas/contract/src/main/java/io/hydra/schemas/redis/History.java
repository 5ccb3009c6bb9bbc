package io.hydra.schemas.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A user's rolling history of one task as one {@code HGETALL} returns it:
 *
 * <ul>
 *   <li>{@code e:<event id>}: one item, {@link HistoryItemCodec}
 *   <li>{@code m:version}: counts the distinct inserts so far
 *   <li>{@code m:stamp}, {@code m:times}: the writer's own
 * </ul>
 *
 * @param version 0 for a user never seen
 * @param items oldest first
 */
public record History(long version, List<HistoryItem> items) {
  public static final String ITEM_PREFIX = "e:";
  public static final String VERSION_FIELD = "m:version";
  public static final History EMPTY = new History(0, List.of());

  public History {
    items = List.copyOf(items);
  }

  /**
   * @param hash the whole hash; empty for a user never seen
   * @throws CorruptValueException if a value cannot be read
   */
  public static History fromHash(Map<byte[], byte[]> hash) {
    if (hash.isEmpty()) {
      return EMPTY;
    }
    long version = 0;
    List<HistoryItem> items = new ArrayList<>(hash.size());
    for (Map.Entry<byte[], byte[]> entry : hash.entrySet()) {
      String field = new String(entry.getKey(), StandardCharsets.UTF_8);
      if (field.startsWith(ITEM_PREFIX)) {
        items.add(HistoryItemCodec.decode(field.substring(ITEM_PREFIX.length()), entry.getValue()));
      } else if (field.equals(VERSION_FIELD)) {
        version = version(new String(entry.getValue(), StandardCharsets.US_ASCII));
      }
    }
    items.sort(HistoryItem.OLDEST_FIRST);
    return new History(version, items);
  }

  private static long version(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new CorruptValueException("a history's version is no number", e);
    }
  }

  /** The hash field that holds an event. */
  public static byte[] field(String eventId) {
    return (ITEM_PREFIX + eventId).getBytes(StandardCharsets.UTF_8);
  }
}
