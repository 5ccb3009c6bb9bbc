package io.hydra.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RougeTest {
  private static final List<String> REFERENCE = Words.of("The cat sat on the mat");

  @Test
  void unigramsCountWithMultiplicity() {
    // Overlap: the, the, cat = 3 of 4 and of 6; the third "the" does not count.
    assertThat(Rouge.rouge1(Words.of("the the the cat"), REFERENCE))
        .isCloseTo(2 * 0.75 * 0.5 / (0.75 + 0.5), within(1e-12));
  }

  @Test
  void subsequenceKeepsOrderButMayHaveGaps() {
    // cat … on … mat: 3 of 4 and of 6.
    assertThat(Rouge.rougeL(Words.of("cat on dog mat"), REFERENCE))
        .isCloseTo(2 * 0.75 * 0.5 / (0.75 + 0.5), within(1e-12));
    assertThat(Rouge.rougeL(Words.of("mat on cat"), REFERENCE))
        .isCloseTo(2.0 * 1 / (3 + 6), within(1e-12));
  }

  @Test
  void nothingInCommonIsZero() {
    assertThat(Rouge.rouge1(List.of(), REFERENCE)).isZero();
    assertThat(Rouge.rougeL(Words.of("dog"), REFERENCE)).isZero();
  }

  @Test
  void wordsOfAnyScriptAreFound() {
    assertThat(Words.of("Ünïcode, 東京 2024—Ёлка!")).containsExactly("ünïcode", "東京", "2024", "ёлка");
    assertThat(Words.of("a b c d", 2)).containsExactly("a", "b");
  }
}
