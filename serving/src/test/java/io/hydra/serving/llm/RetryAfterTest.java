package io.hydra.serving.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.serving.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private final ManualTime time = new ManualTime();

  @Test
  void readsSecondsAndDates() {
    assertThat(RetryAfter.parse("3", time)).hasValue(Duration.ofSeconds(3));
    assertThat(RetryAfter.parse(" 0.5 ", time)).hasValue(Duration.ofMillis(500));
    assertThat(RetryAfter.parse("Thu, 01 Jan 2026 00:00:09 GMT", time))
        .hasValue(Duration.ofSeconds(9));
    assertThat(RetryAfter.parse("Wed, 31 Dec 2025 00:00:00 GMT", time)).hasValue(Duration.ZERO);
  }

  @Test
  void whatIsNeitherIsNoWait() {
    assertThat(RetryAfter.parse("soon", time)).isEmpty();
    assertThat(RetryAfter.parse("-1", time)).isEmpty();
    assertThat(RetryAfter.parse("NaN", time)).isEmpty();
  }
}
