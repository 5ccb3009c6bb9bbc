package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeadFitterTest {
  private static final double[] POPULATION = {1, 0, 0};

  /**
   * Three options, one-hot; the population believes in the first, the user always takes another.
   */
  private static List<Example> contraryUser(int count) {
    List<Example> examples = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      examples.add(
          new Example(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, new double[] {0, 1, 0}));
    }
    return examples;
  }

  private static double[] beliefs(Heads heads) {
    return HeadMixture.probabilities(
        new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, POPULATION, heads);
  }

  @Test
  void withoutEvidenceAUserIsExactlyThePopulation() {
    Heads heads = HeadFitter.fit(List.of(), POPULATION, 5);
    assertThat(beliefs(heads)).containsExactly(beliefs(Heads.NONE));
    assertThat(beliefs(Heads.NONE))
        .containsExactly(
            Softmax.probabilities(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, POPULATION));
  }

  @Test
  void aTasteOfTheirOwnIsLearnt() {
    double[] after = beliefs(HeadFitter.fit(contraryUser(40), POPULATION, 40));
    assertThat(after[1]).isGreaterThan(0.6);
  }

  @Test
  void oneSurpriseDoesNotOverturnThePopulation() {
    double[] after = beliefs(HeadFitter.fit(contraryUser(1), POPULATION, 1));
    assertThat(after[0]).isGreaterThan(after[1]);
  }

  @Test
  void sameExamplesGiveTheSameBytes() {
    byte[] first = HeadsCodec.encode(HeadFitter.fit(contraryUser(30), POPULATION, 30));
    byte[] second = HeadsCodec.encode(HeadFitter.fit(contraryUser(30), POPULATION, 30));
    assertThat(first).isEqualTo(second);
  }

  @Test
  void onlyTheNewestExamplesCount() {
    List<Example> long1 = contraryUser(HeadFitter.REPLAY + 20);
    Heads all = HeadFitter.fit(long1, POPULATION, 1);
    Heads newest = HeadFitter.fit(contraryUser(HeadFitter.REPLAY), POPULATION, 1);
    assertThat(HeadsCodec.encode(all)).isEqualTo(HeadsCodec.encode(newest));
  }

  @Test
  void whatPredictedBadlyLosesItsSay() {
    // Labels at random: whoever learns them is worse than the population, which knows the shares.
    Random random = new Random(5);
    List<Example> noise = new ArrayList<>();
    for (int e = 0; e < 60; e++) {
      double[] target = new double[3];
      target[random.nextInt(10) < 7 ? 0 : 1 + random.nextInt(2)] = 1;
      noise.add(new Example(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, target));
    }
    Collections.shuffle(noise, random);
    double[] population = {Math.log(0.7), Math.log(0.15), Math.log(0.15)};
    Heads heads = HeadFitter.fit(noise, population, 60);
    double[] mixed =
        HeadMixture.probabilities(
            new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, population, heads);
    assertThat(mixed[0]).isBetween(0.55, 0.85);
  }
}
