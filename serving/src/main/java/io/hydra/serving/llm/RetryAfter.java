package io.hydra.serving.llm;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads how long a server asks us to wait: RFC 9110, section 10.2.3, and OpenAI's finer header. */
final class RetryAfter {
  static final String HEADER = "retry-after";
  static final String MILLIS_HEADER = "retry-after-ms";

  private RetryAfter() {}

  /**
   * Reads {@value #HEADER}.
   *
   * @param value seconds, or an HTTP date
   * @return empty if it is neither; never negative
   */
  static Optional<Duration> parse(String value, Clock clock) {
    Optional<Duration> seconds = number(value).map(s -> Duration.ofMillis((long) (s * 1000)));
    return seconds.or(() -> date(value, clock));
  }

  /**
   * Reads {@value #MILLIS_HEADER}.
   *
   * @param value milliseconds
   */
  static Optional<Duration> parseMillis(String value) {
    return number(value).map(ms -> Duration.ofMillis(ms.longValue()));
  }

  private static Optional<Double> number(String value) {
    try {
      double number = Double.parseDouble(value.strip());
      return Double.isFinite(number) && number >= 0 ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> date(String value, Clock clock) {
    try {
      ZonedDateTime at = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), at.toInstant());
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
