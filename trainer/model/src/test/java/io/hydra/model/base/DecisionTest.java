package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.feature.Samples;
import io.hydra.model.task.Metric;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTest {
  private static final List<String> STARS = List.of("1", "2", "3", "4", "5");

  /** Most probable 5, median 4, mean 3.2. */
  private static final double[] SPLIT = {0.34, 0, 0.05, 0.2, 0.41};

  private static TaskSpec task(Metric metric, double margin) {
    return new TaskSpec("t", "say", STARS, metric, 10, 4, 8, 1.0, 8, true, margin);
  }

  private static String pick(Metric metric, double margin, double[] p, Samples samples) {
    return STARS.get(Decision.pick(task(metric, margin), STARS, p, samples));
  }

  @Test
  void theAnswerFollowsTheMetric() {
    assertThat(pick(Metric.ACCURACY, 0, SPLIT, Samples.MISSING)).isEqualTo("5");
    assertThat(pick(Metric.MAE, 0, SPLIT, Samples.MISSING)).isEqualTo("4");
    assertThat(pick(Metric.MSE, 0, SPLIT, Samples.MISSING)).isEqualTo("3");
  }

  @Test
  void bothErrorsAlikeIsTheLeastExpectedCost() {
    double[] costs = new double[5];
    for (int a = 0; a < 5; a++) {
      for (int c = 0; c < 5; c++) {
        costs[a] += SPLIT[c] * (Math.abs(c - a) + 0.5 * (c - a) * (c - a));
      }
    }
    int least = 0;
    for (int a = 1; a < 5; a++) {
      least = costs[a] < costs[least] ? a : least;
    }
    assertThat(pick(Metric.MAE_AND_RMSE, 0, SPLIT, Samples.MISSING)).isEqualTo(STARS.get(least));
  }

  @Test
  void besideACallAnErrorOfBothKindsCountsWithItsWholeSquare() {
    assertThat(Decision.lossUnasked(task(Metric.ACCURACY, 0), 0, 3)).isEqualTo(1);
    assertThat(Decision.lossUnasked(task(Metric.ACCURACY, 0), 3, 3)).isZero();
    assertThat(Decision.lossUnasked(task(Metric.MAE, 0), 0, 3)).isEqualTo(3);
    assertThat(Decision.lossUnasked(task(Metric.MSE, 0), 3, 0)).isEqualTo(9);
    assertThat(Decision.lossUnasked(task(Metric.MAE_AND_RMSE, 0), 3, 0)).isEqualTo(12);
  }

  @Test
  void theLeadIsThatOfTheBestWorth() {
    assertThat(Decision.lead(task(Metric.ACCURACY, 0), STARS, SPLIT))
        .isCloseTo(0.07 / 0.75, within(1e-12));
    // Steps to be expected: 1.48 from 4, 1.66 from 3.
    assertThat(Decision.lead(task(Metric.MAE, 0), STARS, SPLIT))
        .isCloseTo(0.18 / 3.14, within(1e-12));
    // Errors and their squares to be expected: 4.9 from 3, 5 from 4.
    assertThat(Decision.lead(task(Metric.MAE_AND_RMSE, 0), STARS, SPLIT))
        .isCloseTo(0.1 / 9.9, within(1e-12));
    assertThat(Decision.lead(task(Metric.ACCURACY, 0), List.of("1", "2"), new double[] {0, 1}))
        .isEqualTo(1);
    assertThat(Decision.lead(task(Metric.ACCURACY, 0), List.of("1"), new double[] {1}))
        .isEqualTo(1);
    assertThat(Decision.lead(task(Metric.MAE, 0), List.of("1", "2"), new double[] {0.5, 0.5}))
        .isZero();
  }

  @Test
  void tiesGoToTheFirst() {
    double[] even = {0.2, 0.2, 0.2, 0.2, 0.2};
    assertThat(pick(Metric.ACCURACY, 0, even, Samples.MISSING)).isEqualTo("1");
    double[] ends = {0.5, 0, 0, 0, 0.5};
    assertThat(pick(Metric.MAE, 0, ends, Samples.MISSING)).isEqualTo("1");
  }

  @Test
  void withinTheMarginTheLlmsOwnAnswerStands() {
    Samples llm = Samples.of(List.of("2", "2", "2", "5"));
    double[] close = {0.1, 0.35, 0.1, 0.05, 0.4};
    assertThat(pick(Metric.ACCURACY, 0, close, llm)).isEqualTo("5");
    assertThat(pick(Metric.ACCURACY, 0.1, close, llm)).isEqualTo("2");
    assertThat(pick(Metric.ACCURACY, 0.04, close, llm)).isEqualTo("5");
    assertThat(pick(Metric.ACCURACY, 0.1, close, Samples.MISSING)).isEqualTo("5");
    double[] far = {0, 0, 0, 0.1, 0.9};
    assertThat(pick(Metric.MAE, 0.5, far, llm)).isEqualTo("5");
  }
}
