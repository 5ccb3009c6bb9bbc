package io.hydra.runtime.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration MAX = Duration.ofSeconds(1);

  @Test
  void delaysDoubleUpToTheMaximum() {
    Backoff backoff = new Backoff(FIRST, MAX, () -> 0.999_999_999);

    assertThat(backoff.delay(0)).isBetween(Duration.ofMillis(99), Duration.ofMillis(100));
    assertThat(backoff.delay(1)).isBetween(Duration.ofMillis(199), Duration.ofMillis(200));
    assertThat(backoff.delay(2)).isBetween(Duration.ofMillis(399), Duration.ofMillis(400));
    assertThat(backoff.delay(4)).isBetween(Duration.ofMillis(999), Duration.ofMillis(1000));
    assertThat(backoff.delay(1_000_000)).isBetween(Duration.ofMillis(999), MAX);
  }

  @Test
  void jitterTakesAtMostHalf() {
    Backoff backoff = new Backoff(FIRST, MAX, () -> 0);

    assertThat(backoff.delay(0)).isEqualTo(Duration.ofMillis(50));
    assertThat(backoff.delay(9)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void aServersOwnDelayIsNeverCutShort() {
    assertThat(new Backoff(FIRST, MAX, () -> 0).atLeast(Duration.ofSeconds(7)))
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(new Backoff(FIRST, MAX, () -> 0.5).atLeast(Duration.ofSeconds(7)))
        .isEqualTo(Duration.ofMillis(7050));
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new Backoff(MAX, FIRST, () -> 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, FIRST, () -> 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
