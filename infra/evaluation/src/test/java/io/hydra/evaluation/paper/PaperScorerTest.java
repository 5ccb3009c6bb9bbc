package io.hydra.evaluation.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.hydra.evaluation.paper.Network.BaseWeights;
import io.hydra.evaluation.paper.PaperHeads.HeadShape;
import io.hydra.evaluation.paper.PaperRow.PairInput;
import io.hydra.evaluation.paper.Sums.Uniform;
import java.util.ArrayList;
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
    return Uniform.numbers(random, DIMENSIONS, 0.5);
  }

  private static PaperScorer trained() {
    return PaperScorer.train(CONFIG, DIMENSIONS, OPTIONS, trainingUsers(), 7);
  }

  private static List<List<PaperRow>> trainingUsers() {
    return IntStream.range(0, 12).mapToObj(u -> liking(u % OPTIONS, 50, u)).toList();
  }

  @Test
  void aFreshHeadLearnsATasteOfItsOwnOverTheFrozenBase() {
    try (PaperScorer scorer = trained()) {
      List<List<PaperRow>> tastes = List.of(liking(0, 60, 100), liking(2, 60, 101));
      PaperHeads heads = scorer.fit(tastes, List.of("a", "b"), 1);
      for (int user = 0; user < 2; user++) {
        List<PaperRow> unseen = liking(2 * user, 60, 200 + user);
        double[] scores = scorer.scores(heads, user, unseen);
        for (int i = 0; i < scores.length; i++) {
          if (unseen.get(i).positive()) {
            assertThat(scores[i]).isGreaterThan(0.5);
          } else {
            assertThat(scores[i]).isLessThan(0.5);
          }
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
      try (PaperScorer scorer =
          PaperScorer.train(configs[c], DIMENSIONS, OPTIONS, trainingUsers(), 7)) {
        PaperHeads heads = scorer.fit(List.of(rows), List.of("a"), 1);
        double[] scores = scorer.scores(heads, 0, unseen);
        for (int i = 0; i < scores.length; i++) {
          losses[c] -= Math.log(unseen.get(i).positive() ? scores[i] : 1 - scores[i]);
        }
      }
    }
    assertThat(losses[1]).isLessThan(0.8 * losses[0]);
  }

  @Test
  void stageTwoLeavesTheBaseAsItIsToTheBit() {
    try (PaperScorer scorer = trained()) {
      float[] matrix = scorer.baseTensors().get(0);
      float[] bias = scorer.baseTensors().get(1);
      scorer.fit(List.of(liking(0, 60, 100)), List.of("a"), 1);
      assertThat(scorer.baseTensors().get(0)).isEqualTo(matrix).isEqualTo(scorer.base().matrix());
      assertThat(scorer.baseTensors().get(1)).isEqualTo(bias).isEqualTo(scorer.base().bias());
    }
  }

  @Test
  void stageOneMovesTheBase() {
    SplittableRandom random = new SplittableRandom(7);
    BaseWeights start = BaseWeights.fresh(new PairInput(DIMENSIONS, OPTIONS), CONFIG.z(), random);
    try (PaperScorer scorer = trained()) {
      assertThat(scorer.base().matrix()).isNotEqualTo(start.matrix());
      assertThat(scorer.base().bias()).isNotEqualTo(start.bias());
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherSeedOthers() {
    List<List<PaperRow>> users = List.of(liking(0, 40, 100));
    try (PaperScorer one = trained();
        PaperScorer two = trained();
        PaperScorer other = PaperScorer.train(CONFIG, DIMENSIONS, OPTIONS, trainingUsers(), 8)) {
      assertThat(two.base().matrix()).isEqualTo(one.base().matrix());
      assertThat(other.base().matrix()).isNotEqualTo(one.base().matrix());
      float[] head = one.fit(users, List.of("a"), 1).head(0);
      assertThat(two.fit(users, List.of("a"), 1).head(0)).isEqualTo(head);
      assertThat(two.fit(users, List.of("a"), 2).head(0)).isNotEqualTo(head);
      assertThat(two.fit(users, List.of("b"), 1).head(0)).isNotEqualTo(head);
    }
  }

  @Test
  void aHeadDoesNotDependOnWhoElseIsInTheCall() {
    List<List<PaperRow>> users = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int u = 0; u < 75; u++) {
      users.add(liking(u % OPTIONS, (u * 7) % 41, u));
      keys.add("user-" + u);
    }
    PaperConfig wide = new PaperConfig(64, 1, 5e-3f, 5e-3f, 5, 16, 0.01f, 0.1f, true);
    try (PaperScorer scorer = PaperScorer.train(wide, DIMENSIONS, OPTIONS, trainingUsers(), 7)) {
      PaperHeads together = scorer.fit(users, keys, 1);
      for (int u : new int[] {0, 1, 5, 31, 32, 40, 64, 74}) {
        PaperHeads alone = scorer.fit(List.of(users.get(u)), List.of(keys.get(u)), 1);
        assertThat(alone.head(0)).isEqualTo(together.head(u));
      }
    }
  }

  @Test
  void aUserWithoutRowsGetsTheRandomStart() {
    try (PaperScorer scorer = trained()) {
      PaperHeads heads = scorer.fit(List.of(List.of(), liking(0, 40, 1)), List.of("a", "b"), 1);
      float[] start = new HeadShape(CONFIG.z()).fresh(new SplittableRandom(Uniform.seed(1, "a")));
      assertThat(heads.head(0)).isEqualTo(start);
    }
  }

  @Test
  void plainJavaScoresAsDjlDoes() {
    try (PaperScorer scorer =
        PaperScorer.train(PaperConfig.DEFAULT, DIMENSIONS, OPTIONS, trainingUsers(), 7)) {
      PaperHeads heads = scorer.fit(List.of(liking(0, 60, 100)), List.of("a"), 1);
      List<PaperRow> pairs = liking(0, 25, 200);
      double[] java = scorer.scores(heads, 0, pairs);
      double[] djl = scorer.scoresByTensors(heads, 0, pairs);
      for (int i = 0; i < java.length; i++) {
        assertThat(java[i]).isCloseTo(djl[i], offset(1e-5));
      }
      assertThat(scorer.scores(heads, 0, pairs)).isEqualTo(java);
    }
  }

  @Test
  void labelsOfScoredPairsMeanNothing() {
    try (PaperScorer scorer = trained()) {
      PaperHeads heads = scorer.fit(List.of(liking(0, 60, 100)), List.of("a"), 1);
      List<PaperRow> pairs = liking(0, 9, 200);
      List<PaperRow> turned =
          pairs.stream()
              .map(p -> new PaperRow(p.query(), p.candidate(), p.option(), !p.positive()))
              .toList();
      assertThat(scorer.scores(heads, 0, turned)).isEqualTo(scorer.scores(heads, 0, pairs));
    }
  }

  @Test
  void aHeadHasAsManyNumbersAsThePaperSays() {
    assertThat(new HeadShape(768).parameters()).isEqualTo(592_130);
    int z = PaperConfig.DEFAULT.z();
    try (PaperScorer scorer =
        PaperScorer.train(PaperConfig.DEFAULT, DIMENSIONS, OPTIONS, trainingUsers(), 7)) {
      PaperHeads heads = scorer.fit(List.of(List.of()), List.of("a"), 1);
      assertThat(heads.parameters()).isEqualTo(z * z + z + 2 * z + 2);
      assertThat(heads.bytesPerUser()).isEqualTo(4L * heads.parameters());
    }
  }

  @Test
  void withoutTheOneHotAnOptionIsToldByItsTextAlone() {
    PaperConfig textOnly = new PaperConfig(16, 1, 5e-3f, 5e-3f, 5, 16, 0.01f, 0.1f, false);
    try (PaperScorer scorer =
        PaperScorer.train(textOnly, DIMENSIONS, OPTIONS, trainingUsers(), 7)) {
      PaperHeads heads = scorer.fit(List.of(liking(0, 60, 100)), List.of("a"), 1);
      PaperRow row = liking(0, 1, 200).get(0);
      PaperRow renamed = new PaperRow(row.query(), row.candidate(), 2, false);
      assertThat(scorer.scores(heads, 0, List.of(renamed)))
          .isEqualTo(scorer.scores(heads, 0, List.of(row)));
    }
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
    assertThatThrownBy(() -> new PaperConfig(50, 2, 1e-3f, 1e-3f, 1, 64, 0, 0, true))
        .hasMessageContaining("z is 50; give a positive multiple of 16");
    try (PaperScorer scorer = trained()) {
      assertThatThrownBy(() -> scorer.fit(List.of(List.of()), List.of(), 1))
          .hasMessageContaining("rows of 1 users but 0 keys");
    }
  }
}
