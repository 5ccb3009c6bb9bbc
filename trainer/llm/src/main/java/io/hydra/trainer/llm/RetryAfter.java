package io.hydra.trainer.llm;

import com.openai.core.http.Headers;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a server asks us to wait: RFC 9110, section 10.2.3, and OpenAI's finer header. */
final class RetryAfter {
  private static final String SECONDS_OR_DATE = "retry-after";
  private static final String MILLIS = "retry-after-ms";

  private RetryAfter() {}

  /**
   * @return empty if it does not say, or not readably; never negative
   */
  static Optional<Duration> of(Headers headers, Clock clock) {
    Optional<Duration> millis = first(headers, MILLIS).flatMap(v -> number(v, 1));
    return millis.or(
        () ->
            first(headers, SECONDS_OR_DATE).flatMap(v -> number(v, 1000).or(() -> date(v, clock))));
  }

  private static Optional<String> first(Headers headers, String name) {
    return headers.values(name).stream().findFirst().map(String::strip);
  }

  private static Optional<Duration> number(String value, int millisEach) {
    try {
      double number = Double.parseDouble(value);
      return Double.isFinite(number) && number >= 0
          ? Optional.of(Duration.ofMillis((long) (number * millisEach)))
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
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
