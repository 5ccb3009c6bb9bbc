package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UserKeysTest {
  private static final UserKey ANN = new UserKey("acme", "ann");

  @Test
  void allKeysOfAUserCarryTheSameHashTag() {
    for (byte[] key :
        new byte[][] {
          StoreLayout.history(View.ORIGINAL, ANN, "sample"),
          StoreLayout.historyOrder(View.ORIGINAL, ANN, "sample"),
          StoreLayout.history(new View("2"), ANN, "sample"),
          StoreLayout.historyOrder(new View("2"), ANN, "sample"),
          StoreLayout.heads(ANN, "sample", "b1"),
          StoreLayout.response(ANN, "q1"),
          StoreLayout.responses(ANN),
          StoreLayout.user(ANN)
        }) {
      assertThat(new String(key, StandardCharsets.UTF_8)).contains("{acme:ann}");
    }
  }

  @Test
  void aUserIdThatLooksLikeAKeyMeetsNobodyElse() {
    UserKey odd = new UserKey("acme", "ann}:sample");
    assertThat(StoreLayout.history(View.ORIGINAL, odd, "x"))
        .isNotEqualTo(StoreLayout.history(View.ORIGINAL, ANN, "sample"));
  }

  @Test
  void aQueryIdThatLooksLikeAUserMeetsNobodyElse() {
    UserKey odd = new UserKey("acme", "ann}:x");
    assertThat(StoreLayout.response(ANN, "x}:q")).isNotEqualTo(StoreLayout.response(odd, "q"));
  }
}
