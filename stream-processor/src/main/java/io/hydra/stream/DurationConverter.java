package io.hydra.stream;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 250ms}, {@code 10s}, {@code 5min}, {@code 30d}, or ISO 8601 ({@code PT10S}). */
final class DurationConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    try {
      Duration duration =
          text.startsWith("P") ? Duration.parse(text) : TimeUtils.parseDuration(text);
      if (duration.isNegative()) {
        throw new TypeConversionException("must not be negative");
      }
      return duration;
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw new TypeConversionException("is no duration like 250ms, 10s, 5min, 30d or PT10S");
    }
  }
}
