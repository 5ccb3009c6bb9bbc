package io.hydra.evaluation.metric;

import static io.hydra.evaluation.metric.MeasuresTest.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.evaluation.metric.Bleu.BleuTokens;
import org.junit.jupiter.api.Test;

class BleuTest {
  private static final Bleu BLEU = new Bleu();

  @Test
  void equalTextsAreHundred() {
    assertThat(value(BLEU, "one two three four", "one two three four"))
        .isCloseTo(100, within(1e-9));
  }

  @Test
  void anOrderWithoutMatchIsSmoothed() {
    // Matches 5 of 6, 3 of 5, 1 of 4 and none of 3, which counts as a half.
    double expected = 100 * Math.pow(5.0 / 6 * 3 / 5 * 1 / 4 * (0.5 / 3), 0.25);

    assertThat(value(BLEU, "the cat sat on the mat", "the cat is on the mat"))
        .isCloseTo(expected, within(1e-9))
        .isCloseTo(37.99, within(0.005));
  }

  @Test
  void everyFurtherOrderWithoutMatchCountsHalfAsMuch() {
    // One word of four, then nothing: 1/2 of 3, 1/4 of 2, 1/8 of 1.
    double expected = 100 * Math.pow(1.0 / 4 * (0.5 / 3) * (0.25 / 2) * 0.125, 0.25);

    assertThat(value(BLEU, "a x y z", "a b c d")).isCloseTo(expected, within(1e-9));
  }

  @Test
  void shortAnswersPayForBrevityAndLongOnesInPrecision() {
    assertThat(value(BLEU, "a b c d", "a b c d e f"))
        .isCloseTo(100 * Math.exp(1 - 6.0 / 4), within(1e-9));
    assertThat(value(BLEU, "a b c d e f", "a b c d"))
        .isCloseTo(100 * Math.pow(4.0 / 6 * (3.0 / 5) * (2.0 / 4) * (1.0 / 3), 0.25), within(1e-9));
  }

  @Test
  void aWordCountsNoOftenerThanInTheGold() {
    // "a" once of four; no longer match.
    double expected = 100 * Math.pow(1.0 / 4 * (0.5 / 3) * (0.25 / 2) * 0.125, 0.25);

    assertThat(value(BLEU, "a a a a", "a b c d")).isCloseTo(expected, within(1e-9));
  }

  @Test
  void itIsOfTheCorpusNotTheMeanOfTexts() {
    // Matches 5 of 8, 3 of 6, 2 of 4 and 1 of 2; lengths 8 and 8.
    double expected = 100 * Math.pow(5.0 / 8 * (3.0 / 6) * (2.0 / 4) * (1.0 / 2), 0.25);

    assertThat(value(BLEU, "a b c d", "a b c d", "e x y z", "e f g h"))
        .isCloseTo(expected, within(1e-9));
  }

  @Test
  void nothingInCommonOrTooShortIsZero() {
    assertThat(value(BLEU, "x y z w", "a b c d")).isZero();
    assertThat(value(BLEU, "", "a b c d")).isZero();
    assertThat(value(BLEU, "a b c", "a b c")).isZero();
  }

  @Test
  void caseMatters() {
    assertThat(value(BLEU, "One Two Three Four", "one two three four")).isZero();
  }

  @Test
  void tokensAreThoseOfMteval() {
    assertThat(BleuTokens.of("Don't pay $5.50, e.g. 3-4 (maybe) well-known!"))
        .containsExactly(
            "Don't",
            "pay",
            "$",
            "5.50",
            ",",
            "e",
            ".",
            "g",
            ".",
            "3",
            "-",
            "4",
            "(",
            "maybe",
            ")",
            "well-known",
            "!");
    assertThat(BleuTokens.of("1,000 at 5. &quot;AT&amp;T&quot; a/b x_y"))
        .containsExactly(
            "1,000", "at", "5", ".", "\"", "AT", "&", "T", "\"", "a", "/", "b", "x", "_", "y");
    assertThat(BleuTokens.of("a\u00a0b\nc  Привет")).containsExactly("a", "b", "c", "Привет");
    assertThat(BleuTokens.of(" ")).isEmpty();
  }
}
