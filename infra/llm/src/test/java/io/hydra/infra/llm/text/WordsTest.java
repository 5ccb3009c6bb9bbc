package io.hydra.infra.llm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final String TEXT =
      "A well-known O'Neil’s café: 3½ stars -- it's 𝒜-list 'n' done-";

  @Test
  void wordsKeepInnerJoinsAndLoseTheOuter() {
    assertThat(Words.lower(TEXT))
        .containsExactly(
            "a", "well-known", "o'neil’s", "café", "3½", "stars", "it's", "𝒜-list", "n", "done");
  }

  @Test
  void thePatternFindsTheSameWords() {
    assertThat(
            Words.WORD
                .matcher(TEXT)
                .results()
                .map(MatchResult::group)
                .map(w -> w.toLowerCase(Locale.ROOT)))
        .isEqualTo(Words.lower(TEXT));
  }

  @Test
  void aTokenIsARunOfLettersAndDigitsOrAnyOtherSign() {
    assertThat(Words.tokenCount("food & drink, 2x!")).isEqualTo(6);
    assertThat(Words.firstTokens("food & drink, 2x!", 3)).isEqualTo("food & drink");
  }
}
