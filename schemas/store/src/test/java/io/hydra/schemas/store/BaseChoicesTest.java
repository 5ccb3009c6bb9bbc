package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class BaseChoicesTest {
  @Test
  void aTenantsOwnChoiceGoesBeforeThatOfAll() {
    try (EmbeddedRedis embedded = new EmbeddedRedis()) {
      RedisClient redis = embedded.client();
      assertThat(BaseChoices.read(redis)).isEqualTo(BaseChoices.NONE);
      BaseChoices.choose(redis, BaseChoices.ANY, "b2");
      BaseChoices.choose(redis, "acme", "b1");
      assertThat(BaseChoices.read(redis).of("acme")).contains("b1");
      assertThat(BaseChoices.read(redis).of("other")).contains("b2");
      BaseChoices.takeBack(redis, "acme");
      assertThat(BaseChoices.read(redis).of("acme")).contains("b2");
      BaseChoices.takeBack(redis, BaseChoices.ANY);
      assertThat(BaseChoices.read(redis).of("acme")).isEmpty();
    }
  }
}
