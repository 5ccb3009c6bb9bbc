package io.hydra.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
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
  void theAlignmentIsThatOfTheTextbookForSidesOfAnyLength() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      List<String> a = letters(random, random.nextInt(300), 1 + random.nextInt(20));
      List<String> b = letters(random, random.nextInt(300), 1 + random.nextInt(20));
      int common = longestCommon(a, b);
      double f = common == 0 ? 0 : 2.0 * common / (a.size() + b.size());
      assertThat(Rouge.rougeL(a, b)).isEqualTo(f).isEqualTo(Rouge.rougeL(b, a));
    }
  }

  private static List<String> letters(Random random, int count, int different) {
    return random.ints(count, 0, different).mapToObj(i -> Character.toString('a' + i)).toList();
  }

  private static int longestCommon(List<String> a, List<String> b) {
    int[][] table = new int[a.size() + 1][b.size() + 1];
    for (int i = 1; i <= a.size(); i++) {
      for (int j = 1; j <= b.size(); j++) {
        table[i][j] =
            a.get(i - 1).equals(b.get(j - 1))
                ? table[i - 1][j - 1] + 1
                : Math.max(table[i - 1][j], table[i][j - 1]);
      }
    }
    return table[a.size()][b.size()];
  }
}
