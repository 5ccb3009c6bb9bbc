package io.hydra.serving.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void doublesUpToItsCapAndKeepsToTheUpperHalf() {
    Backoff low = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0);
    Backoff high = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0.999999);
    assertThat(low.delay(0)).isEqualTo(Duration.ofMillis(50));
    assertThat(low.delay(2)).isEqualTo(Duration.ofMillis(200));
    assertThat(low.delay(1000)).isEqualTo(Duration.ofMillis(500));
    assertThat(high.delay(1000)).isBetween(Duration.ofMillis(999), Duration.ofSeconds(1));
  }
}
