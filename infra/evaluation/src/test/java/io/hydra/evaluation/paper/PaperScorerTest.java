package io.hydra.evaluation.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.hydra.evaluation.paper.PaperScorer.Head;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaperScorerTest {
  private static final int DIMENSIONS = 8;
  private static final int OPTIONS = 3;
  private static final PaperConfig CONFIG =
      new PaperConfig(16, 3, 5e-3f, 5e-3f, 30, 16, 0.01f, 0.1f, true);

  /** Rows of a user who likes one option, whatever is asked. */
  private static List<PaperRow> liking(int option, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> new PaperRow(vector(random), vector(random), i % OPTIONS, i % OPTIONS == option))
        .toList();
  }

  private static float[] vector(SplittableRandom random) {
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = (float) random.nextDouble(-0.5, 0.5);
    }
    return vector;
  }

  private static PaperScorer trained() {
    return PaperScorer.train(CONFIG, DIMENSIONS, OPTIONS, trainingUsers(), 7);
  }

  private static List<List<PaperRow>> trainingUsers() {
    return IntStream.range(0, 12).mapToObj(u -> liking(u % OPTIONS, 50, u)).toList();
  }

  @Test
  void aFreshHeadLearnsATasteOfItsOwnOverTheFrozenBase() {
    PaperScorer scorer = trained();
    for (int option : List.of(0, 2)) {
      Head head = scorer.fit(liking(option, 60, 100 + option), "user-" + option, 1);
      List<PaperRow> unseen = liking(option, 60, 200 + option);
      double[] scores = head.scores(unseen);
      for (int i = 0; i < scores.length; i++) {
        if (unseen.get(i).positive()) {
          assertThat(scores[i]).isGreaterThan(0.5);
        } else {
          assertThat(scores[i]).isLessThan(0.5);
        }
      }
    }
  }

  @Test
  void stageOneLearns() {
    // A trained base is better to fit heads on than one that saw nothing.
    PaperConfig untrained = new PaperConfig(16, 0, 5e-3f, 5e-3f, 30, 16, 0.01f, 0.1f, true);
    List<PaperRow> rows = liking(1, 18, 300);
    List<PaperRow> unseen = liking(1, 90, 301);
    double[] losses = new double[2];
    PaperConfig[] configs = {untrained, CONFIG};
    for (int c = 0; c < 2; c++) {
      double[] scores =
          PaperScorer.train(configs[c], DIMENSIONS, OPTIONS, trainingUsers(), 7)
              .fit(rows, "a", 1)
              .scores(unseen);
      for (int i = 0; i < scores.length; i++) {
        losses[c] -= Math.log(unseen.get(i).positive() ? scores[i] : 1 - scores[i]);
      }
    }
    assertThat(losses[1]).isLessThan(0.8 * losses[0]);
  }

  @Test
  void theSlopeThatTheBaseLearnsByIsThatOfFiniteDifferences() {
    PaperConfig whole = new PaperConfig(16, 1, 5e-3f, 5e-3f, 5, 16, 0, 0, true);
    PaperScorer scorer = PaperScorer.train(whole, DIMENSIONS, OPTIONS, trainingUsers(), 7);
    Head head = scorer.fit(liking(0, 40, 100), "a", 1);
    SplittableRandom random = new SplittableRandom(3);
    float[] z = new float[16];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) random.nextDouble(-1, 1);
    }
    float[] slope = head.learn(z, true, 0.5f, random);
    for (int i = 0; i < z.length; i++) {
      float[] above = z.clone();
      float[] below = z.clone();
      above[i] += 1e-2f;
      below[i] -= 1e-2f;
      double rise = -0.5 * (Math.log(head.score(above)) - Math.log(head.score(below)));
      assertThat((double) slope[i]).isCloseTo(rise / 2e-2, offset(1e-4));
    }
  }

  @Test
  void stageTwoLeavesTheBaseAsItIsToTheBit() {
    PaperScorer scorer = trained();
    float[] before = scorer.base().clone();
    Head unused = scorer.fit(liking(0, 60, 100), "a", 1);
    assertThat(scorer.base()).isEqualTo(before);
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherSeedOthers() {
    List<PaperRow> rows = liking(0, 40, 100);
    PaperScorer one = trained();
    PaperScorer other = PaperScorer.train(CONFIG, DIMENSIONS, OPTIONS, trainingUsers(), 8);
    assertThat(trained().base()).isEqualTo(one.base());
    assertThat(other.base()).isNotEqualTo(one.base());
    double[] scores = one.fit(rows, "a", 1).scores(rows);
    assertThat(trained().fit(rows, "a", 1).scores(rows)).isEqualTo(scores);
    assertThat(one.fit(rows, "a", 2).scores(rows)).isNotEqualTo(scores);
    assertThat(one.fit(rows, "b", 1).scores(rows)).isNotEqualTo(scores);
  }

  @Test
  void aUserWithoutRowsGetsARandomHead() {
    PaperScorer scorer = trained();
    List<PaperRow> pairs = liking(0, 9, 200);
    double[] scores = scorer.fit(List.of(), "a", 1).scores(pairs);
    assertThat(scores).isNotEqualTo(scorer.fit(List.of(), "b", 1).scores(pairs));
    for (double score : scores) {
      assertThat(score).isBetween(0.1, 0.9);
    }
  }

  @Test
  void labelsOfScoredPairsMeanNothing() {
    Head head = trained().fit(liking(0, 60, 100), "a", 1);
    List<PaperRow> pairs = liking(0, 9, 200);
    List<PaperRow> turned =
        pairs.stream()
            .map(p -> new PaperRow(p.query(), p.candidate(), p.option(), !p.positive()))
            .toList();
    assertThat(head.scores(turned)).isEqualTo(head.scores(pairs));
  }

  @Test
  void withoutTheOneHotAnOptionIsToldByItsTextAlone() {
    PaperConfig textOnly = new PaperConfig(16, 1, 5e-3f, 5e-3f, 5, 16, 0.01f, 0.1f, false);
    Head head =
        PaperScorer.train(textOnly, DIMENSIONS, OPTIONS, trainingUsers(), 7)
            .fit(liking(0, 60, 100), "a", 1);
    PaperRow row = liking(0, 1, 200).get(0);
    PaperRow renamed = new PaperRow(row.query(), row.candidate(), 2, false);
    assertThat(head.scores(List.of(renamed))).isEqualTo(head.scores(List.of(row)));
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> PaperScorer.train(CONFIG, DIMENSIONS, OPTIONS, List.of(), 7))
        .hasMessageContaining("no row")
        .hasMessageContaining("give training users with histories");
    assertThatThrownBy(() -> PaperScorer.train(CONFIG, DIMENSIONS + 1, 0, trainingUsers(), 7))
        .hasMessageContaining("8 and 8 dimensions, the scorer was made for 9");
    assertThatThrownBy(() -> PaperScorer.train(CONFIG, DIMENSIONS, 2, trainingUsers(), 7))
        .hasMessageContaining("option 2 of a closed set of 2");
    assertThatThrownBy(() -> new PaperConfig(0, 2, 1e-3f, 1e-3f, 1, 64, 0, 0, true))
        .hasMessageContaining("z is 0; give 1 or more");
  }
}
