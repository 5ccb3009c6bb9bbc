package io.hydra.serving;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.config.UserException;
import io.hydra.serving.testing.RedisFixture;
import org.junit.jupiter.api.Test;

class StartupTest {
  @Test
  void aRedisThatEvictsIsRefusedWithTheRemedy() throws Exception {
    try (RedisFixture redis = new RedisFixture()) {
      redis.configure("maxmemory-policy", "allkeys-lru");
      assertThatExceptionOfType(UserException.class)
          .isThrownBy(() -> Startup.verifyRedis(redis.client()))
          .withMessageContaining("set maxmemory-policy noeviction");
      redis.configure("maxmemory-policy", "noeviction");
      assertThatCode(() -> Startup.verifyRedis(redis.client())).doesNotThrowAnyException();
    }
  }
}
