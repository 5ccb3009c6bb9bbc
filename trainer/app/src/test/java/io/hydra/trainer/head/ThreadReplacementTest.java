package io.hydra.trainer.head;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.encoder.BrokenEncoderException;
import io.hydra.runtime.retry.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadReplacementTest {
  private final List<Duration> pauses = new ArrayList<>();
  private long now;
  private final ThreadReplacement replacement =
      new ThreadReplacement(
          new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), () -> 1.0),
          pauses::add,
          () -> now);

  private static StreamsException brokerAway() {
    return new StreamsException(new TimeoutException("no answer"));
  }

  @Test
  void aThreadIsReplacedHoweverOftenAfterPausesThatGrow() {
    for (int i = 0; i < 100; i++) {
      assertThat(replacement.handle(brokerAway())).isEqualTo(REPLACE_THREAD);
    }
    assertThat(pauses.subList(0, 6))
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 30L);
    assertThat(pauses.get(99)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aFailureAfterALongCalmIsTheFirstOfAnotherSeries() {
    replacement.handle(brokerAway());
    replacement.handle(brokerAway());
    now += ThreadReplacement.CALM.toNanos() + 1;
    replacement.handle(brokerAway());
    assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 1L);
  }

  @Test
  void anErrorEndsTheProcess() {
    assertThat(replacement.handle(new StreamsException(new OutOfMemoryError())))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(pauses).isEmpty();
  }

  @Test
  void aBrokenEncoderEndsTheProcess() {
    BrokenEncoderException broken =
        new BrokenEncoderException(new IllegalStateException("already closed"));
    assertThat(replacement.handle(new StreamsException(broken))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(pauses).isEmpty();
  }
}
