package io.hydra.stream.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void delaysDoubleUpToTheMaximumWithinTheirUpperHalf() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350), new Random(3));
    assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
    assertThat(backoff.next().toMillis()).isBetween(100L, 200L);
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.next().toMillis()).isBetween(175L, 350L);
    }
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
  }

  @Test
  void boundsMustBeInOrder() {
    assertThatThrownBy(
            () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), new Random(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
