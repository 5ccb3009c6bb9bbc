package io.hydra.schemas.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;

/**
 * One remembered interaction.
 *
 * @param occurredAt milliseconds since the epoch, by the app's clock
 */
public record HistoryItem(String eventId, long occurredAt, String input, String output) {
  /**
   * The order of a history, oldest first: by time, ties by event id in UTF-8 bytes, unsigned, as
   * Redis sorts. Java's own order of strings differs past U+FFFF.
   */
  public static final Comparator<HistoryItem> OLDEST_FIRST =
      Comparator.comparingLong(HistoryItem::occurredAt)
          .thenComparing(
              HistoryItem::eventId,
              (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
}
