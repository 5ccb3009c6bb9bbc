package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.user.UserKey;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class PrivacyLedgerTest {
  private static final UserKey ANN = new UserKey("shop", "ann");

  @Test
  void whatIsSpentStaysSpentAndNobodyElsePays() {
    try (EmbeddedRedis embedded = new EmbeddedRedis()) {
      RedisClient redis = embedded.client();
      for (int export = 0; export < 10; export++) {
        assertThat(PrivacyLedger.spend(redis, ANN, 0.07, 0.7)).as("export %d", export).isTrue();
      }
      assertThat(PrivacyLedger.spend(redis, ANN, 0.07, 0.7)).isFalse();
      assertThat(PrivacyLedger.spend(redis, ANN, 0.1, 0.8)).as("a refusal is free").isTrue();
      assertThat(PrivacyLedger.spend(redis, new UserKey("bank", "ann"), 0.7, 0.7)).isTrue();
    }
  }
}
