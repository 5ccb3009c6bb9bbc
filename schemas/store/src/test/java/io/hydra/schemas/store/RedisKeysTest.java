package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RedisKeysTest {
  private static final UserKey ANN = new UserKey("acme", "ann");

  @Test
  void allKeysOfAUserCarryTheSameHashTag() {
    for (byte[] key :
        new byte[][] {
          RedisKeys.history(View.ORIGINAL, ANN, "sample"),
          RedisKeys.historyOrder(View.ORIGINAL, ANN, "sample"),
          RedisKeys.history(new View("2"), ANN, "sample"),
          RedisKeys.historyOrder(new View("2"), ANN, "sample"),
          RedisKeys.heads(ANN, "sample", "b1"),
          RedisKeys.response(ANN, "q1"),
          RedisKeys.responses(ANN),
          RedisKeys.user(ANN)
        }) {
      assertThat(new String(key, StandardCharsets.UTF_8)).contains("{acme:ann}");
    }
  }

  @Test
  void aUserIdThatLooksLikeAKeyMeetsNobodyElse() {
    UserKey odd = new UserKey("acme", "ann}:sample");
    assertThat(RedisKeys.history(View.ORIGINAL, odd, "x"))
        .isNotEqualTo(RedisKeys.history(View.ORIGINAL, ANN, "sample"));
  }

  @Test
  void aQueryIdThatLooksLikeAUserMeetsNobodyElse() {
    UserKey odd = new UserKey("acme", "ann}:x");
    assertThat(RedisKeys.response(ANN, "x}:q")).isNotEqualTo(RedisKeys.response(odd, "q"));
  }
}
