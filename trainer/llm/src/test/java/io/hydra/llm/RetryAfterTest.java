package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static Optional<Duration> seconds(String value) {
    return ReplyReader.retryAfter(Map.of("retry-after", value), new ManualTime());
  }

  @Test
  void readsSecondsAndDates() {
    assertThat(seconds("3")).hasValue(Duration.ofSeconds(3));
    assertThat(seconds(" 0.5 ")).hasValue(Duration.ofMillis(500));
    assertThat(seconds("Thu, 01 Jan 2026 00:00:09 GMT")).hasValue(Duration.ofSeconds(9));
    assertThat(seconds("Wed, 31 Dec 2025 00:00:00 GMT")).hasValue(Duration.ZERO);
  }

  @Test
  void theFinerHeaderGoesFirst() {
    assertThat(
            ReplyReader.retryAfter(
                Map.of("retry-after", "3", "retry-after-ms", "250"), new ManualTime()))
        .hasValue(Duration.ofMillis(250));
  }

  @Test
  void whatIsNeitherIsNoWait() {
    for (String value : new String[] {"soon", "-1", "NaN", "1e99", "Infinity", ""}) {
      assertThat(seconds(value)).isEmpty();
    }
  }
}
