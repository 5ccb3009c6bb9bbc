package io.hydra.schemas.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as a person writes them: {@code 250ms}, {@code 10s}, {@code 5min}. */
public final class Durations {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+)\\s*(\\p{Alpha}*)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "min", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private Durations() {}

  /**
   * A whole number and one of the units ms, s, min (or m), h, d; or ISO 8601 ({@code PT10S}). Upper
   * and lower case are the same.
   *
   * @return zero or more, and few enough for {@link Duration#toMillis}
   * @throws IllegalArgumentException if it is anything else, as a number without a unit; the
   *     message says what is expected
   */
  public static Duration parse(String text) {
    String stripped = text.strip();
    Duration duration;
    try {
      duration =
          stripped.toUpperCase(Locale.ROOT).startsWith("P")
              ? Duration.parse(stripped)
              : withUnit(stripped);
      long unused = duration.toMillis();
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw malformed("no duration");
    }
    if (duration.isNegative()) {
      throw malformed("negative");
    }
    return duration;
  }

  private static Duration withUnit(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (!matcher.matches()) {
      throw malformed("no duration");
    }
    if (matcher.group(2).isEmpty()) {
      throw malformed("a number without a unit");
    }
    ChronoUnit unit = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
    if (unit == null) {
      throw malformed("a number with an unknown unit");
    }
    return Duration.of(Long.parseLong(matcher.group(1)), unit);
  }

  private static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException(
        "is %s: write it like 250ms, 10s, 5min, 12h, 30d or PT10S".formatted(what));
  }
}
