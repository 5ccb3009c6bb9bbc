package io.hydra.llm;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/** Reads the wait that a server asks for: RFC 9110, section 10.2.3, and OpenAI's finer header. */
final class RetryAfter {
  private static final String SECONDS_OR_DATE = "retry-after";
  private static final String MILLIS = "retry-after-ms";
  private static final double LONGEST_SECONDS = 1e9;

  private RetryAfter() {}

  /**
   * @param headers by lower-case name
   * @return empty if it does not say, or not readably; never negative
   */
  static Optional<Duration> of(Map<String, String> headers, Clock clock) {
    return header(headers, MILLIS)
        .flatMap(v -> seconds(v, 1000))
        .or(
            () ->
                header(headers, SECONDS_OR_DATE)
                    .flatMap(v -> seconds(v, 1).or(() -> date(v, clock))));
  }

  private static Optional<String> header(Map<String, String> headers, String name) {
    return Optional.ofNullable(headers.get(name)).map(String::strip);
  }

  private static Optional<Duration> seconds(String value, double parts) {
    try {
      double seconds = Double.parseDouble(value) / parts;
      return seconds >= 0 && seconds < LONGEST_SECONDS
          ? Optional.of(Duration.ofMillis(Math.round(seconds * 1000)))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> date(String value, Clock clock) {
    try {
      ZonedDateTime at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), at.toInstant());
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
