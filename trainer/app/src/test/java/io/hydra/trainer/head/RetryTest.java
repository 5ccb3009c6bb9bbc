package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RetryTest {
  private final List<Duration> pauses = new ArrayList<>();
  private final Retry retry = new Retry(10, new Random(1), pauses::add);

  @Test
  void waitsLongerEachTimeUntilRedisIsBack() {
    AtomicInteger calls = new AtomicInteger();
    String answer =
        retry.call(
            "test",
            () -> {
              if (calls.incrementAndGet() < 5) {
                throw new JedisConnectionException("away");
              }
              return "back";
            });
    assertThat(answer).isEqualTo("back");
    assertThat(pauses).hasSize(4).allSatisfy(p -> assertThat(p).isPositive());
    assertThat(pauses.get(3)).isGreaterThan(pauses.get(0));
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    assertThatExceptionOfType(JedisConnectionException.class)
        .isThrownBy(
            () ->
                retry.call(
                    "test",
                    () -> {
                      throw new JedisConnectionException("away");
                    }));
    assertThat(pauses).hasSize(9).allSatisfy(p -> assertThat(p).isLessThan(Duration.ofSeconds(2)));
  }
}
