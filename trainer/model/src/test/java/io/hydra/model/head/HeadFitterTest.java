package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadFitterTest {
  private static final double[] POPULATION = {1, 0, 0};
  private static final double[][] OPTIONS = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

  /**
   * Three options, one-hot; the population believes in the first, the user always takes another.
   */
  private static List<Example> contraryUser(int count) {
    return always(1, count);
  }

  private static List<Example> always(int option, int count) {
    List<Example> examples = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      double[] target = new double[3];
      target[option] = 1;
      examples.add(new Example(OPTIONS, target));
    }
    return examples;
  }

  private static Heads fit(List<Example> examples, long version) {
    return HeadFitter.fit(examples, POPULATION, feature -> true, version);
  }

  private static double[] beliefs(Heads heads) {
    return HeadMixture.probabilities(OPTIONS, POPULATION, heads);
  }

  @Test
  void withoutEvidenceAUserIsExactlyThePopulation() {
    Heads heads = fit(List.of(), 5);
    assertThat(beliefs(heads)).containsExactly(beliefs(Heads.NONE));
    assertThat(beliefs(Heads.NONE)).containsExactly(Softmax.probabilities(OPTIONS, POPULATION));
  }

  @Test
  void aTasteOfTheirOwnIsLearnt() {
    double[] after = beliefs(fit(contraryUser(40), 40));
    assertThat(after[1]).isGreaterThan(0.6);
  }

  @Test
  void oneSurpriseDoesNotOverturnThePopulation() {
    double[] after = beliefs(fit(contraryUser(1), 1));
    assertThat(after[0]).isGreaterThan(after[1]);
  }

  @Test
  void sameExamplesGiveTheSameBytes() {
    byte[] first = HeadsCodec.encode(fit(contraryUser(30), 30));
    byte[] second = HeadsCodec.encode(fit(contraryUser(30), 30));
    assertThat(first).isEqualTo(second);
  }

  @Test
  void onlyTheNewestExamplesCount() {
    List<Example> changed = new ArrayList<>(always(2, 20));
    changed.addAll(contraryUser(HeadFitter.REPLAY));
    byte[] newest = HeadsCodec.encode(fit(contraryUser(HeadFitter.REPLAY), 1));
    assertThat(HeadsCodec.encode(fit(changed, 1))).isEqualTo(newest);
  }

  @Test
  void whoeverPredictedThisUserBetterHasTheSay() {
    float[] towardsTheLast = {0, 0, 9};
    Heads wrongSoFar = new Heads(1, 50, 2f, List.of(new Heads.Member(10, 20f, towardsTheLast)));
    Heads rightSoFar = new Heads(1, 50, 20f, List.of(new Heads.Member(10, 2f, towardsTheLast)));
    Heads unproven = new Heads(1, 1, 1f, List.of(new Heads.Member(10, 1f, towardsTheLast)));
    assertThat(beliefs(wrongSoFar)[2]).isCloseTo(beliefs(Heads.NONE)[2], within(1e-3));
    assertThat(beliefs(rightSoFar)[2]).isGreaterThan(0.99);
    // Without a difference in loss, the population counts four times as much as a member.
    assertThat(beliefs(unproven)[2]).isBetween(0.2, 0.4);
  }

  @Test
  void aFlippedTasteIsFollowed() {
    List<Example> flipped = new ArrayList<>(always(2, 30));
    flipped.addAll(always(0, 20));
    Heads heads = fit(flipped, 50);
    assertThat(beliefs(heads)[0]).isGreaterThan(beliefs(heads)[2]);
  }
}
