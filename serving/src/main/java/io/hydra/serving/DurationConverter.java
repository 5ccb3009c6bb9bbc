package io.hydra.serving;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 250ms}, {@code 10s}, {@code 5min}, {@code 30d}, or ISO 8601 ({@code PT10S}). */
final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+)\\s*(\\p{Alpha}+)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "min", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  @Override
  public Duration convert(String text) {
    Duration duration;
    try {
      duration = text.startsWith("P") ? Duration.parse(text) : withUnit(text.strip());
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw noDuration();
    }
    if (duration.isNegative()) {
      throw new TypeConversionException("must not be negative");
    }
    return duration;
  }

  private static Duration withUnit(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    ChronoUnit unit =
        matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw noDuration();
    }
    return Duration.of(Long.parseLong(matcher.group(1)), unit);
  }

  private static TypeConversionException noDuration() {
    return new TypeConversionException("is no duration like 250ms, 10s, 5min, 30d or PT10S");
  }
}
