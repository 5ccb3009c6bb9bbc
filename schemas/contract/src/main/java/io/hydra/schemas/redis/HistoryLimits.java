package io.hydra.schemas.redis;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bounds of a history, and so what it keeps.
 *
 * @param capacity most events, at least 1
 * @param maxAge before the newest event; zero for no limit
 * @param ttl after which a history without writes is dropped; zero for never
 */
public record HistoryLimits(int capacity, Duration maxAge, Duration ttl) implements Serializable {
  private static final Comparator<HistoryItem> GREATEST =
      Comparator.comparingLong(HistoryItem::occurredAt)
          .thenComparing(HistoryItemCodec::encode, Arrays::compareUnsigned);
  private static final String VERSION = "1";
  private static final int PARTS = 4;

  /**
   * @throws IllegalArgumentException if capacity is below 1 or a duration is negative
   */
  public HistoryLimits {
    if (capacity < 1) {
      throw new IllegalArgumentException("history capacity must be at least 1");
    }
    if (maxAge.isNegative() || ttl.isNegative()) {
      throw new IllegalArgumentException("history age limit and time to live must not be negative");
    }
  }

  /**
   * The definition of a history, which the store carries out event by event: of each event id the
   * greatest item by (occurred_at, bytes); of these none at or before the erasure, none older than
   * the age limit before the newest, and no more than the capacity, newest first.
   *
   * @param items in any order, repetitions included
   * @param erasedUpTo moment of the user's last erasure in ms; 0 for none
   * @return oldest first
   */
  public List<HistoryItem> keep(List<HistoryItem> items, long erasedUpTo) {
    Map<String, HistoryItem> greatest = new HashMap<>();
    items.forEach(item -> greatest.merge(item.eventId(), item, HistoryLimits::greater));
    List<HistoryItem> sorted =
        greatest.values().stream()
            .filter(item -> item.occurredAt() > erasedUpTo)
            .sorted(HistoryItem.OLDEST_FIRST)
            .toList();
    int from = Math.max(0, sorted.size() - capacity);
    if (!maxAge.isZero() && !sorted.isEmpty()) {
      long oldest = sorted.get(sorted.size() - 1).occurredAt() - maxAge.toMillis();
      while (sorted.get(from).occurredAt() < oldest) {
        from++;
      }
    }
    return sorted.subList(from, sorted.size());
  }

  /** The one of two items with one event id that stands: the greater by (occurred_at, bytes). */
  public static HistoryItem greater(HistoryItem a, HistoryItem b) {
    return GREATEST.compare(a, b) >= 0 ? a : b;
  }

  /** Version 1: version, capacity, age limit and time to live in ms, each after a ';'. */
  public byte[] toBytes() {
    return "%s;%d;%d;%d"
        .formatted(VERSION, capacity, maxAge.toMillis(), ttl.toMillis())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptValueException if it did not, or a later version of it did
   */
  public static HistoryLimits of(byte[] bytes) {
    String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(";", -1);
    try {
      if (parts[0].equals(VERSION) && parts.length == PARTS) {
        return new HistoryLimits(
            Integer.parseInt(parts[1]),
            Duration.ofMillis(Long.parseLong(parts[2])),
            Duration.ofMillis(Long.parseLong(parts[3])));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new CorruptValueException("the limits of histories cannot be read");
  }

  /** As a person reads them. */
  public String text() {
    return "%d events, %s, %s"
        .formatted(
            capacity,
            maxAge.isZero() ? "no age limit" : "age limit " + maxAge,
            ttl.isZero() ? "no time to live" : "time to live " + ttl);
  }
}
