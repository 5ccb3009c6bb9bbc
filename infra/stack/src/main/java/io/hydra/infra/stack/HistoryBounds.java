package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the stack's stream processor keeps of a user.
 *
 * @param capacity most items of a history, at least 1
 * @param maxAge of an item, before the newest one; zero for no limit
 */
public record HistoryBounds(int capacity, Duration maxAge) {
  private static final String CAPACITY = "HYDRA_HISTORY_CAPACITY";
  private static final String MAX_AGE = "HYDRA_HISTORY_MAX_AGE";

  /** As Flink writes durations; without a unit they are milliseconds. */
  private static final Pattern AMOUNT_AND_UNIT = Pattern.compile("(\\d+)\\s*([a-zµ]*)");

  private static final Map<ChronoUnit, List<String>> UNITS =
      Map.of(
          ChronoUnit.DAYS, List.of("d", "day", "days"),
          ChronoUnit.HOURS, List.of("h", "hour", "hours"),
          ChronoUnit.MINUTES, List.of("min", "m", "minute", "minutes"),
          ChronoUnit.SECONDS, List.of("s", "sec", "secs", "second", "seconds"),
          ChronoUnit.MILLIS, List.of("", "ms", "milli", "millis", "millisecond", "milliseconds"),
          ChronoUnit.MICROS, List.of("µs", "micro", "micros", "microsecond", "microseconds"),
          ChronoUnit.NANOS, List.of("ns", "nano", "nanos", "nanosecond", "nanoseconds"));

  /**
   * @throws IllegalArgumentException if capacity is below 1 or the age limit negative
   */
  public HistoryBounds {
    if (capacity < 1 || maxAge.isNegative()) {
      throw new IllegalArgumentException(
          "a history's capacity must be at least 1 and its age limit must not be negative");
    }
  }

  /**
   * The bounds of a stack started from this environment: its components inherit it, and this is how
   * the stream processor reads it.
   *
   * @throws StackException naming the variable that is malformed
   */
  public static HistoryBounds from(Map<String, String> environment) {
    return new HistoryBounds(
        capacity(environment.getOrDefault(CAPACITY, "200")),
        maxAge(environment.getOrDefault(MAX_AGE, "0ms")));
  }

  private static int capacity(String text) {
    try {
      int capacity = Integer.parseInt(text);
      if (capacity >= 1) {
        return capacity;
      }
    } catch (NumberFormatException e) {
      // Told below, with the number that is too small.
    }
    throw new StackException(CAPACITY + " must be a whole number, at least 1");
  }

  private static Duration maxAge(String text) {
    try {
      Duration age = text.startsWith("P") ? Duration.parse(text) : amountAndUnit(text);
      if (!age.isNegative()) {
        return age;
      }
    } catch (DateTimeParseException | IllegalArgumentException | ArithmeticException e) {
      // Told below, with the age that is negative.
    }
    throw new StackException(MAX_AGE + " must be a duration like 250ms, 10s, 5min, 30d or PT10S");
  }

  private static Duration amountAndUnit(String text) {
    Matcher parts = AMOUNT_AND_UNIT.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw new IllegalArgumentException("no amount and unit");
    }
    ChronoUnit unit =
        UNITS.entrySet().stream()
            .filter(known -> known.getValue().contains(parts.group(2)))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("unknown unit"));
    return Duration.of(Long.parseLong(parts.group(1)), unit);
  }
}
