package io.hydra.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasuresTest {
  /** Answers and golds in turn. */
  static double value(Measure measure, String... pairs) {
    double[] sum = new double[measure.width()];
    for (int i = 0; i < pairs.length; i += 2) {
      double[] statistics = measure.statistics(pairs[i], pairs[i + 1]);
      for (int c = 0; c < sum.length; c++) {
        sum[c] += statistics[c];
      }
    }
    return measure.value(sum);
  }

  private static List<String> names(List<Measure> measures) {
    return measures.stream().map(Measure::name).toList();
  }

  @Test
  void aTasksMeasuresFollowFromItsAnswers() {
    assertThat(names(Measure.of(TestTasks.labels("a", "b")))).containsExactly("accuracy", "f1");
    assertThat(names(Measure.of(TestTasks.ratings()))).containsExactly("accuracy", "mae", "rmse");
    assertThat(names(Measure.of(TestTasks.text()))).containsExactly("rouge1", "rougeL", "bleu");
  }

  @Test
  void ofErrorsLessIsBetter() {
    assertThat(Measure.of(TestTasks.ratings()))
        .extracting(Measure::higherIsBetter)
        .containsExactly(true, false, false);
  }

  @Test
  void accuracyIsTheShareOfEqualOptions() {
    Measure accuracy = MeanScore.accuracy(TestTasks.labels("comedy", "dark comedy"));

    assertThat(value(accuracy, "Comedy ", "comedy", "comedy", "dark comedy", "", "comedy"))
        .isEqualTo(1.0 / 3);
  }

  @Test
  void noOptionIsWrongEvenIfTheGoldIsNoneEither() {
    assertThat(value(MeanScore.accuracy(TestTasks.labels("a", "b")), "x", "y")).isZero();
  }

  @Test
  void macroF1CountsAbsentOptionsAsZero() {
    Measure f1 = new Measure.MacroF1(TestTasks.labels("a", "b", "c", "d"));

    // a: 2·1/(1+2), b: 2·1/(2+1), c: never hit, d: never there.
    assertThat(value(f1, "a", "a", "b", "a", "b", "b", "", "c"))
        .isCloseTo((2.0 / 3 + 2.0 / 3 + 0 + 0) / 4, within(1e-12));
  }

  @Test
  void macroF1IsOneOnlyIfEveryOptionIsThere() {
    Measure f1 = new Measure.MacroF1(TestTasks.labels("a", "b"));

    assertThat(value(f1, "a", "a", "b", "b")).isEqualTo(1);
    assertThat(value(f1, "a", "a")).isEqualTo(0.5);
  }

  @Test
  void ratingErrorsAreMeanAndRootMeanSquare() {
    assertThat(value(MeanScore.absoluteError(TestTasks.ratings()), "1", "4", "5", "4", "3", "3"))
        .isCloseTo((3.0 + 1 + 0) / 3, within(1e-12));
    assertThat(
            value(MeanScore.rootMeanSquareError(TestTasks.ratings()), "1", "4", "5", "4", "3", "3"))
        .isCloseTo(Math.sqrt((9.0 + 1 + 0) / 3), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 3", "3, 2", "4, 3", "5, 4"})
  void anUnreadableRatingIsTheExtremeFartherFromTheGold(String gold, double error) {
    for (String answer : List.of("", "good", "NaN", "4d", "1e1", "4 stars")) {
      assertThat(value(MeanScore.absoluteError(TestTasks.ratings()), answer, gold))
          .isEqualTo(error);
    }
  }

  @Test
  void aNumberThatIsNoOptionCountsAsItIs() {
    assertThat(value(MeanScore.absoluteError(TestTasks.ratings()), "4.5", "4")).isEqualTo(0.5);
    assertThat(value(MeanScore.absoluteError(TestTasks.ratings()), "10", "4")).isEqualTo(6);
  }

  @Test
  void aGoldRatingMustBeANumber() {
    assertThatThrownBy(() -> MeanScore.absoluteError(TestTasks.ratings()).statistics("3", "three"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be a number")
        .hasMessageNotContaining("three");
  }

  @Test
  void rougeLNeedsTheOrderAndRouge1DoesNot() {
    String gold = "Police killed the gunman";

    // Lin's own example: subsequences "police the gunman" and "the gunman".
    assertThat(value(MeanScore.rougeL(), "police kill the gunman", gold)).isEqualTo(0.75);
    assertThat(value(MeanScore.rougeL(), "the gunman kill police", gold)).isEqualTo(0.5);
    assertThat(value(MeanScore.rouge1(), "the gunman kill police", gold)).isEqualTo(0.75);
  }

  @Test
  void rougeIsTheFMeasure() {
    // Two common words of three and of five: P = 2/3, R = 2/5, F = 1/2; "a" counts once only.
    assertThat(value(MeanScore.rouge1(), "a a b", "a b c d e")).isEqualTo(0.5);
    assertThat(value(MeanScore.rouge1(), "", "a b")).isZero();
    assertThat(value(MeanScore.rouge1(), "", "")).isZero();
  }

  @Test
  void rougeIsTheMeanOverQuestions() {
    assertThat(value(MeanScore.rouge1(), "a", "a", "x", "a b c")).isEqualTo(0.5);
  }

  @Test
  void rougeSeesRunsOfAsciiLettersAndDigitsAlone() {
    assertThat(MeanScore.words("Müller's 3RD-best, no_way"))
        .containsExactly("m", "ller", "s", "3rd", "best", "no", "way");
    assertThat(MeanScore.words("река")).isEmpty();
  }
}
