package io.hydra.schemas.redis;

import java.util.Comparator;

/**
 * One remembered interaction.
 *
 * @param occurredAt milliseconds since the epoch, by the app's clock
 */
public record HistoryItem(String eventId, long occurredAt, String input, String output) {
  /**
   * The order of a history: by time, ties by event id in UTF-8 byte order (as Redis sorts), oldest
   * first.
   */
  public static final Comparator<HistoryItem> OLDEST_FIRST =
      Comparator.comparingLong(HistoryItem::occurredAt)
          .thenComparing(HistoryItem::eventId, Utf8Order.INSTANCE);
}
