package io.hydra.schemas.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextRulesTest {
  private static String problemOfId(String id) {
    return TextRules.problemOfId("id", id, 3).orElse("none");
  }

  /** The last and the first code points of each length in UTF-8. */
  @Test
  void bytesAreThoseOfUtf8() {
    StringBuilder all = new StringBuilder();
    for (int codePoint : new int[] {0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF}) {
      String text = Character.toString(codePoint);
      assertThat(TextRules.utf8Bytes(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
      all.append(text);
    }
    assertThat(TextRules.utf8Bytes(all.toString()))
        .isEqualTo(all.toString().getBytes(StandardCharsets.UTF_8).length);
    assertThat(TextRules.utf8Bytes("")).isZero();
  }

  @Test
  void anIdHasAsManyCharactersAsAllowedAndNoMore() {
    assertThat(problemOfId("abc")).isEqualTo("none");
    for (String bad : new String[] {null, "", " ", "abcd"}) {
      assertThat(problemOfId(bad)).contains("1 to 3 characters");
    }
  }

  @Test
  void whatATextMustNotHoldItMustNotBeginWithEither() {
    assertThat(problemOfId("\uFFFDa")).contains("U+FFFD");
    assertThat(TextRules.problemOfText("text", "\u0000a").orElseThrow()).contains("U+0000");
    assertThat(TextRules.problemOfText("text", null).orElseThrow()).contains("null");
    assertThat(TextRules.problemOfText("text", "")).isEmpty();
  }
}
