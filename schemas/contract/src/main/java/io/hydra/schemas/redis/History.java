package io.hydra.schemas.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A user's rolling history of one task.
 *
 * @param version counts the distinct inserts so far; 0 for a user never seen
 * @param items oldest first
 */
public record History(long version, List<HistoryItem> items) {
  public static final String ITEM_PREFIX = "e:";
  public static final String VERSION_FIELD = "m:version";
  public static final History EMPTY = new History(0, List.of());

  public History {
    items = List.copyOf(items);
  }

  /** The hash field that holds an event. */
  public static byte[] field(String eventId) {
    return (ITEM_PREFIX + eventId).getBytes(StandardCharsets.UTF_8);
  }
}
