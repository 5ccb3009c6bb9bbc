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
 *   <li>{@code c:<digest of the value>}: one or more items, {@link HistoryChunkCodec}, as a later
 *       version writes them: who reads is upgraded before who writes
 *   <li>{@code m:version}: counts the distinct inserts so far
 *   <li>{@code m:stamp}, {@code m:times}: the writer's own
 *   <li>{@code m:limits}: {@link HistoryLimits}. The items may be more than the history's: whoever
 *       reads them applies the limits once more, so that a writer need not remove each item as it
 *       leaves. Absent where this version wrote: then all are the history's
 * </ul>
 *
 * @param version 0 for a user never seen
 * @param items oldest first
 */
public record History(long version, List<HistoryItem> items) {
  public static final String ITEM_PREFIX = "e:";
  public static final String CHUNK_PREFIX = "c:";
  public static final String VERSION_FIELD = "m:version";
  public static final String LIMITS_FIELD = "m:limits";
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
    HistoryLimits limits = null;
    List<HistoryItem> items = new ArrayList<>(hash.size());
    for (Map.Entry<byte[], byte[]> entry : hash.entrySet()) {
      String field = new String(entry.getKey(), StandardCharsets.UTF_8);
      if (field.equals(VERSION_FIELD)) {
        version = version(new String(entry.getValue(), StandardCharsets.US_ASCII));
      } else if (field.equals(LIMITS_FIELD)) {
        limits = HistoryLimits.of(entry.getValue());
      } else {
        for (HistoryChunkCodec.Item item : items(field, entry.getValue())) {
          items.add(HistoryItemCodec.decode(item.eventId(), item.bytes()));
        }
      }
    }
    if (limits != null) {
      return new History(version, limits.keep(items, 0));
    }
    items.sort(HistoryItem.OLDEST_FIRST);
    return new History(version, items);
  }

  /**
   * The items that a field holds; none if it holds something else.
   *
   * @throws CorruptValueException if it holds items that cannot be read
   */
  public static List<HistoryChunkCodec.Item> items(String field, byte[] value) {
    if (field.startsWith(ITEM_PREFIX)) {
      return List.of(new HistoryChunkCodec.Item(field.substring(ITEM_PREFIX.length()), value));
    }
    return field.startsWith(CHUNK_PREFIX) ? HistoryChunkCodec.decode(value) : List.of();
  }

  /**
   * The bytes that reading a field takes.
   *
   * @throws CorruptValueException if it holds items that cannot be read
   */
  public static int plainBytes(String field, byte[] value) {
    return field.startsWith(CHUNK_PREFIX) ? HistoryChunkCodec.plainBytes(value) : value.length;
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
