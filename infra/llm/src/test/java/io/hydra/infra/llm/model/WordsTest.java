package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final String TEXT =
      "A well-known O'Neil’s café: 3½ stars -- it's 𝒜-list 'n' done-";

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['’-][\\p{L}\\p{N}]+)*");
  private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}]+|[^\\s\\p{L}\\p{N}]");

  @Test
  void wordsKeepInnerJoinsAndLoseTheOuter() {
    assertThat(Words.lower(TEXT))
        .containsExactly(
            "a", "well-known", "o'neil’s", "café", "3½", "stars", "it's", "𝒜-list", "n", "done");
  }

  @Test
  void handAndPatternFindTheSame() {
    for (String text : List.of(TEXT, "", "x", "a--b", "[1, 2] 3.5%\u00a0…\n🙂 end'", "ſtraße 2²")) {
      assertThat(WORD.matcher(text).results().map(r -> r.group().toLowerCase(Locale.ROOT)))
          .isEqualTo(Words.lower(text));
      assertThat(TOKEN.matcher(text).results().count()).isEqualTo(Words.tokenCount(text));
    }
  }

  @Test
  void aTokenIsARunOfLettersAndDigitsOrAnyOtherSign() {
    assertThat(Words.tokenCount("food & drink, 2x!")).isEqualTo(6);
    assertThat(Words.firstTokens("food & drink, 2x!", 3)).isEqualTo("food & drink");
  }
}
