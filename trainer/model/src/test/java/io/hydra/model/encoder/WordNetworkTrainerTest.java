package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class WordNetworkTrainerTest {
  private static final int ROWS = 40_000;
  private static final int FAR = 0;
  private static final int NEAR = 1;

  /**
   * Rows of two groups: the first keeps what is far from 0 along the first input, the other not.
   */
  private static WordNetwork train(int rows, IntPredicate groups) {
    SplittableRandom random = new SplittableRandom(1);
    try (WordNetworkTrainer trainer = new WordNetworkTrainer(WordNetworkTrainer.MOST_BYTES, 7)) {
      for (int i = 0; i < rows; i++) {
        int group = i % 2;
        float[] row = {random.nextInt(-100, 101), (float) random.nextDouble(), 1};
        trainer.add(group, row, isFar(row) == (group == FAR));
      }
      assertThat(trainer.rows()).isEqualTo(rows);
      return trainer.train(groups);
    }
  }

  private static boolean isFar(float[] row) {
    return Math.abs(row[0]) > 50;
  }

  @Test
  void aNetworkLearnsFromItsGroupsWhatNoLineTellsApart() {
    WordNetwork far = train(ROWS, group -> group == FAR);
    assertThat(far.chance(new float[] {-90, .5f, 1})).isGreaterThan(0.6);
    assertThat(far.chance(new float[] {90, .5f, 1})).isGreaterThan(0.6);
    assertThat(far.chance(new float[] {0, .5f, 1})).isLessThan(0.4);
    WordNetwork near = train(ROWS, group -> group == NEAR);
    assertThat(near.chance(new float[] {90, .5f, 1})).isLessThan(0.4);
    assertThat(near.chance(new float[] {0, .5f, 1})).isGreaterThan(0.6);
  }

  @Test
  void anInputThatDidNotVaryIsLeftOut() {
    WordNetwork network = train(3000, group -> true);
    assertThat(network.chance(new float[] {70, .5f, 1_000}))
        .isEqualTo(network.chance(new float[] {70, .5f, 1}));
  }

  @Test
  void rowsBeyondTheBoundAreLeftOut() {
    try (WordNetworkTrainer trainer = new WordNetworkTrainer(60, 7)) {
      for (int i = 0; i < 20; i++) {
        assertThat(trainer.isFull()).isEqualTo(i >= 10);
        trainer.add(i % 2, new float[] {i, 1, 2}, i < 10);
      }
      assertThat(trainer.rows()).isEqualTo(10);
      assertThat(trainer.train(group -> true).hasLearned()).isTrue();
    }
  }

  @Test
  void theSameRowsGiveTheSameWeights() {
    float[][] once = train(3000, group -> true).hidden();
    assertThat(train(3000, group -> true).hidden()).isDeepEqualTo(once);
  }

  @Test
  void theMeanOfNetworksHasTheMeanOfTheirScores() {
    WordNetwork far = train(3000, group -> group == FAR);
    WordNetwork near = train(5000, group -> group == NEAR);
    float[] row = {33, .25f, 1};
    WordNetwork mean = WordNetwork.mean(List.of(far, WordNetwork.NONE, near));
    assertThat(score(mean.chance(row)))
        .isCloseTo((score(far.chance(row)) + score(near.chance(row))) / 2, within(1e-5));
    assertThat(WordNetwork.mean(List.of(WordNetwork.NONE))).isSameAs(WordNetwork.NONE);
  }

  private static double score(double chance) {
    return Math.log(chance / (1 - chance));
  }

  @Test
  void nothingIsLearnedFromNoRows() {
    assertThat(train(10, group -> group > NEAR)).isSameAs(WordNetwork.NONE);
    assertThat(train(0, group -> true)).isSameAs(WordNetwork.NONE);
  }
}
