package io.hydra.stream.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetrierTest {
  private final List<Duration> pauses = new ArrayList<>();
  private final Retrier retrier =
      new Retrier(
          "it",
          IllegalStateException.class,
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(8), new Random(1)),
          pauses::add);

  @Test
  void retriesAsLongAsItIsAway() throws Exception {
    int[] attempts = {0};
    int result =
        retrier.call(
            () -> {
              if (++attempts[0] < 20) {
                throw new IllegalStateException("away");
              }
              return attempts[0];
            });
    assertThat(result).isEqualTo(20);
    assertThat(pauses).hasSize(19);
  }

  @Test
  void passesOtherFailuresOn() {
    assertThatThrownBy(
            () ->
                retrier.call(
                    () -> {
                      throw new IllegalArgumentException("broken");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pauses).isEmpty();
  }
}
