package io.hydra.schemas.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class UserKeyTest {
  @Test
  void recordKeyParsesBack() {
    UserKey key = new UserKey("acme", "ann:work@home}{");
    assertThat(key.recordKey()).isEqualTo("acme:ann:work@home}{");
    assertThat(UserKey.parse(key.recordKey())).isEqualTo(key);
  }

  @Test
  void tenantCannotReachIntoTheUserId() {
    assertThatIllegalArgumentException().isThrownBy(() -> new UserKey("ac:me", "ann"));
    assertThatIllegalArgumentException().isThrownBy(() -> new UserKey("", "ann"));
  }

  @Test
  void userMustBeNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UserKey("acme", " "))
        .withMessageContaining("user_id");
    assertThatIllegalArgumentException().isThrownBy(() -> UserKey.parse("acme"));
  }

  @Test
  void errorsDoNotRepeatWhatWasGiven() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UserKey("acme", "secret\nuser"))
        .withMessageNotContaining("secret");
  }
}
