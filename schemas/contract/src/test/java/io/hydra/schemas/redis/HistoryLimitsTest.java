package io.hydra.schemas.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryLimitsTest {
  private static final HistoryLimits LIMITS =
      new HistoryLimits(200, Duration.ofDays(30), Duration.ofMillis(5));

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void theirBytesStayReadable() {
    assertThat(LIMITS.toBytes()).isEqualTo(ascii("1;200;2592000000;5"));
    assertThat(HistoryLimits.of(ascii("1;200;2592000000;5"))).isEqualTo(LIMITS);
  }

  @Test
  void bytesOfAnotherVersionOrNoneAreRefused() {
    for (String bytes : List.of("", "2;200;0;0", "1;200;0", "1;0;0;0", "1;a;0;0")) {
      assertThatThrownBy(() -> HistoryLimits.of(ascii(bytes)))
          .isInstanceOf(CorruptValueException.class);
    }
  }
}
