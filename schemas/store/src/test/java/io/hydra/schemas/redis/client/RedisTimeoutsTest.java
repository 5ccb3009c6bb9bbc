package io.hydra.schemas.redis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisTimeoutsTest {
  @Test
  void oneBoundServesForAll() {
    Duration bound = Duration.ofMillis(250);
    assertThat(RedisTimeouts.all(bound)).isEqualTo(new RedisTimeouts(bound, bound, bound));
  }

  @Test
  void whatJedisWouldTakeForEverOrCannotCountIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> RedisTimeouts.all(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> RedisTimeouts.all(Duration.ofNanos(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> RedisTimeouts.all(Duration.ofDays(25)));
  }
}
