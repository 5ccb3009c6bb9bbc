package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Mixture;
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
      examples.add(Example.of(OPTIONS, POPULATION, target));
    }
    return examples;
  }

  private static Mixture fit(List<Example> examples) {
    return HeadFitter.fit(examples, POPULATION, FitSettings.DEFAULT);
  }

  private static byte[] bytes(Mixture mixture) {
    return HeadsCodec.encode(new Heads(1, 0, mixture, Mixture.NONE));
  }

  private static double[] beliefs(Mixture mixture) {
    return HeadMixture.probabilities(OPTIONS, POPULATION, mixture);
  }

  @Test
  void withoutEvidenceAUserIsExactlyThePopulation() {
    Mixture heads = fit(List.of());
    assertThat(beliefs(heads)).containsExactly(beliefs(Mixture.NONE));
    assertThat(beliefs(Mixture.NONE)).containsExactly(Softmax.probabilities(OPTIONS, POPULATION));
  }

  @Test
  void aTasteOfTheirOwnIsLearnt() {
    double[] after = beliefs(fit(contraryUser(40)));
    assertThat(after[1]).isGreaterThan(0.6);
  }

  @Test
  void oneSurpriseDoesNotOverturnThePopulation() {
    double[] after = beliefs(fit(contraryUser(1)));
    assertThat(after[0]).isGreaterThan(after[1]);
  }

  @Test
  void sameExamplesGiveTheSameBytes() {
    byte[] first = bytes(fit(contraryUser(30)));
    byte[] second = bytes(fit(contraryUser(30)));
    assertThat(first).isEqualTo(second);
  }

  @Test
  void damageCountsAsNoHead() {
    Mixture damaged = new Mixture(9, 2f, List.of(new Heads.Member(10, 1f, new float[] {9, 9})));
    assertThat(beliefs(damaged)).containsExactly(beliefs(Mixture.NONE));
    for (float notANumber : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Heads.Member member = new Heads.Member(10, 1f, new float[] {0, notANumber, 0});
      assertThat(beliefs(new Mixture(9, 2f, List.of(member))))
          .containsExactly(beliefs(Mixture.NONE));
      Heads.Member lost = new Heads.Member(10, notANumber, new float[] {0, 1, 0});
      assertThat(beliefs(new Mixture(9, 2f, List.of(lost)))).containsExactly(beliefs(Mixture.NONE));
    }
  }

  @Test
  void onlyTheNewestExamplesCount() {
    List<Example> changed = new ArrayList<>(always(2, 20));
    changed.addAll(contraryUser(FitSettings.DEFAULT.replay()));
    byte[] newest = bytes(fit(contraryUser(FitSettings.DEFAULT.replay())));
    assertThat(bytes(fit(changed))).isEqualTo(newest);
  }

  @Test
  void whoeverPredictedThisUserBetterHasTheSay() {
    float[] towardsTheLast = {0, 0, 9};
    Mixture wrongSoFar = new Mixture(50, 2f, List.of(new Heads.Member(10, 20f, towardsTheLast)));
    Mixture rightSoFar = new Mixture(50, 20f, List.of(new Heads.Member(10, 2f, towardsTheLast)));
    Mixture unproven = new Mixture(1, 1f, List.of(new Heads.Member(10, 1f, towardsTheLast)));
    assertThat(beliefs(wrongSoFar)[2]).isCloseTo(beliefs(Mixture.NONE)[2], within(1e-3));
    assertThat(beliefs(rightSoFar)[2]).isGreaterThan(0.99);
    // Without a difference in loss, the population counts ten times as much as a member.
    assertThat(beliefs(unproven)[2]).isBetween(0.2, 0.4);
  }

  @Test
  void theWeightsSayWhoHasTheSay() {
    Heads.Member member = new Heads.Member(10, 1f, new float[] {0, 0, 9});
    HeadMixture.Weights weights =
        HeadMixture.weights(new Mixture(1, 1f, List.of(member)), POPULATION.length);
    assertThat(weights).isEqualTo(new HeadMixture.Weights(10 / 11.0, List.of(1 / 11.0)));
    HeadMixture.Weights alone = new HeadMixture.Weights(1, List.of());
    assertThat(HeadMixture.weights(Mixture.NONE, POPULATION.length)).isEqualTo(alone);
    assertThat(HeadMixture.weights(new Mixture(1, 1f, List.of(member)), 2)).isEqualTo(alone);
  }

  @Test
  void aFlippedTasteIsFollowed() {
    List<Example> flipped = new ArrayList<>(always(2, 30));
    flipped.addAll(always(0, 20));
    Mixture heads = fit(flipped);
    assertThat(beliefs(heads)[0]).isGreaterThan(beliefs(heads)[2]);
  }

  private static List<Example> rejections(int... options) {
    List<Example> examples = new ArrayList<>();
    for (int option : options) {
      examples.add(Example.ofRejection(OPTIONS, POPULATION, option));
    }
    return examples;
  }

  @Test
  void aRejectionPutsACandidateBelowTheRest() {
    Mixture heads = fit(rejections(0, 0, 0, 0, 0, 0, 0, 0));
    assertThat(beliefs(heads)[0]).isLessThan(beliefs(Mixture.NONE)[0]);
    assertThat(beliefs(heads)[1]).isGreaterThan(beliefs(Mixture.NONE)[1]);
    assertThat(beliefs(heads)[2]).isCloseTo(beliefs(heads)[1], within(1e-6));
  }

  @Test
  void aLossOfARejectionIsThatOfTheRest() {
    double[] p = Softmax.probabilities(OPTIONS, POPULATION);
    assertThat(rejections(0).get(0).logLoss(p)).isCloseTo(-Math.log(1 - p[0]), within(1e-12));
  }

  /** The population's first and second choice are both wrong; nobody ever said what is right. */
  @Test
  void rejectionsInTurnLeadToTheOneThatIsLeft() {
    int[] turns = new int[30];
    for (int i = 0; i < turns.length; i++) {
      turns[i] = i % 2;
    }
    FitSettings weak = new FitSettings(List.of(1.0), 64, 0.98, 0.97, 0.8);
    double[] beliefs = beliefs(HeadFitter.fit(rejections(turns), POPULATION, weak));
    assertThat(beliefs[2]).isGreaterThan(beliefs[0]).isGreaterThan(beliefs[1]);
  }

  @Test
  void aTargetAfterARejectionIsTheBeliefInTheRest() {
    Example rejection = rejections(0).get(0);
    assertThat(rejection.targetUnder(new double[] {0.5, 0.3, 0.2}))
        .containsExactly(new double[] {0, 0.6, 0.4}, within(1e-12));
    assertThat(rejection.targetUnder(new double[] {1, 0, 0})).containsExactly(0, 0.5, 0.5);
  }

  @Test
  void weightCountsInLossAndFit() {
    Example one = contraryUser(1).get(0);
    Mixture heavy = fit(List.of(one.asVerdict(2, Example.Origin.WRITTEN)));
    Mixture light = fit(List.of(one));
    assertThat(heavy.populationLoss()).isCloseTo(2 * light.populationLoss(), within(1e-6f));
    assertThat(heavy.members().get(0).delta()[1]).isGreaterThan(light.members().get(0).delta()[1]);
  }

  /** Every answer was as likely accepted as not; the population serves this user best. */
  @Test
  void verdictsByChanceLeaveThePopulationInPlace() {
    List<Example> chance = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int shown = i % 3 == 2 ? 1 : 0;
      chance.addAll(i * 7 % 4 < 2 ? rejections(shown) : accepted(shown, 1));
    }
    double[] after = beliefs(fit(chance));
    assertThat(after[0]).isGreaterThan(after[1]).isGreaterThan(after[2]);
  }

  @Test
  void afterAShiftOlderEvidenceFadesFaster() {
    List<Example> turned = new ArrayList<>(always(2, 40));
    turned.addAll(always(1, 10));
    FitSettings steady = FitSettings.DEFAULT;
    FitSettings without =
        new FitSettings(
            steady.precisions(), steady.replay(), steady.decay(), steady.lossDecay(), 0.98);
    double[] following = beliefs(fit(turned));
    assertThat(following[1]).isGreaterThan(following[2]);
    assertThat(following[1]).isGreaterThan(beliefs(HeadFitter.fit(turned, POPULATION, without))[1]);
  }

  /** They accepted the third alone, and now no more. */
  @Test
  void afterATurnOfAUserWhoJudgesOnlyWhatFollowedCounts() {
    List<Example> turned = new ArrayList<>(accepted(2, 30));
    turned.addAll(rejections(2, 2, 2, 2, 2));
    turned.addAll(accepted(1, 2));
    List<Example> since = turned.subList(30, 37);
    assertThat(beliefs(fit(turned))).containsExactly(beliefs(fit(since)));
    assertThat(fit(turned).examples()).isEqualTo(7);
  }

  private static List<Example> accepted(int option, int count) {
    return always(option, count).stream()
        .map(example -> example.asVerdict(1, Example.Origin.ANSWER))
        .toList();
  }

  /** Twelve options; the population is sure of the first. */
  private static List<Integer> served(int wanted, int responses) {
    double[][] options = new double[12][12];
    for (int c = 0; c < options.length; c++) {
      options[c][c] = 1;
    }
    double[] population = new double[12];
    population[0] = 6;
    List<Example> verdicts = new ArrayList<>();
    List<Integer> served = new ArrayList<>();
    for (int response = 0; response < responses; response++) {
      Mixture heads = HeadFitter.fit(verdicts, population, FitSettings.DEFAULT);
      double[] belief = HeadMixture.probabilities(options, population, heads);
      int best = 0;
      for (int c = 1; c < belief.length; c++) {
        best = belief[c] > belief[best] ? c : best;
      }
      served.add(best);
      double[] target = new double[12];
      target[best] = 1;
      verdicts.add(
          best == wanted
              ? Example.of(options, population, target).asVerdict(1, Example.Origin.ANSWER)
              : Example.ofRejection(options, population, best));
    }
    return served;
  }

  @Test
  void whoWantsWhatThePopulationNeverServesIsServedItAfterRejectionsAlone() {
    List<Integer> served = served(7, 50);
    assertThat(served.indexOf(7)).isBetween(1, 16);
    assertThat(served.subList(20, 50)).containsOnly(7);
  }

  @Test
  void eachOptionIsTriedOnceBeforeAnyIsTriedAgain() {
    List<Integer> served = served(-1, 20);
    int firstOther = served.lastIndexOf(0) + 1;
    assertThat(served.subList(firstOther, firstOther + 11)).doesNotHaveDuplicates();
  }

  @Test
  void onlyManyOptionsHaveATally() {
    int strengths = FitSettings.DEFAULT.precisions().size();
    double[][] options = new double[12][12];
    for (int c = 0; c < options.length; c++) {
      options[c][c] = 1;
    }
    double[] population = new double[12];
    Example one = Example.ofRejection(options, population, 0);
    assertThat(HeadFitter.fit(List.of(one), population, FitSettings.DEFAULT).members())
        .hasSize(strengths + 2);
    double[][] texts = {{0.2, 0.7, 0.1}, {0.5, 0.1, 0.3}};
    assertThat(fit(List.of(Example.ofRejection(texts, POPULATION, 0))).members())
        .hasSize(strengths + 1);
  }

  @Test
  void onlyRejectionsMakeAStranger() {
    int strengths = FitSettings.DEFAULT.precisions().size();
    assertThat(fit(contraryUser(5)).members()).hasSize(strengths);
    assertThat(fit(rejections(0)).members()).hasSize(strengths + 1);
  }
}
