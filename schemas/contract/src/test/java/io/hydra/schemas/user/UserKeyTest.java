package io.hydra.schemas.user;

import static java.nio.charset.StandardCharsets.UTF_8;
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

  @Test
  void tenantsAreOfLettersDigitsDotsUnderscoresAndHyphens() {
    String allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    for (char c = 0; c < 256; c++) {
      assertThat(UserKey.isTenant("a" + c)).as("%d", (int) c).isEqualTo(allowed.indexOf(c) >= 0);
    }
  }

  @Test
  void partsAreBounded() {
    assertThat(new UserKey("t".repeat(64), "u".repeat(256)).recordKey()).hasSize(64 + 1 + 256);
    assertThatIllegalArgumentException().isThrownBy(() -> new UserKey("t".repeat(65), "ann"));
    assertThatIllegalArgumentException().isThrownBy(() -> new UserKey("acme", "u".repeat(257)));
  }

  @Test
  void usersAreToldApartByTenantAndId() {
    UserKey ann = new UserKey("acme", "ann");
    assertThat(ann)
        .isEqualTo(UserKey.parse("acme:ann"))
        .hasSameHashCodeAs(UserKey.parse("acme:ann"))
        .hasToString("acme:ann")
        .isNotEqualTo(new UserKey("acme", "bob"))
        .isNotEqualTo(new UserKey("shop", "ann"))
        .isNotEqualTo("acme:ann");
    assertThat(ann.hashCode()).isNotEqualTo(new UserKey("acme", "bob").hashCode());
  }

  @Test
  void aRecordsKeyMustBeTheUsers() {
    byte[] key = "acme:ann".getBytes(UTF_8);
    assertThat(UserKey.of(key, "acme", "ann")).isEqualTo(new UserKey("acme", "ann"));
    for (byte[] other : new byte[][] {null, {}, "acme:bob".getBytes(UTF_8)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> UserKey.of(other, "acme", "ann"))
          .withMessageContaining("record key");
    }
  }
}
