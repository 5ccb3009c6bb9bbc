package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConditionalLogitTest {
  private static final int FEATURES = 4;
  private static final double[] ONE = Precisions.uniform(FEATURES, 1);
  private static final double[] TWO = Precisions.uniform(FEATURES, 2);

  private static List<Example> examples(int count, long seed) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      double[][] z = new double[3][FEATURES];
      for (double[] row : z) {
        Arrays.setAll(row, i -> random.nextGaussian());
      }
      double[] target = new double[3];
      target[random.nextInt(3)] = 1;
      examples.add(new Example(z, target));
    }
    return examples;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void gradientAgreesWithFiniteDifferences() {
    List<Example> examples = examples(20, 1);
    double[] mean = {0.3, -0.2, 0.1, 0};
    double[] delta = {0.1, 0.2, -0.3, 0.4};
    double[] gradient = ConditionalLogit.gradient(examples, ones(20), mean, TWO, delta);
    for (int i = 0; i < FEATURES; i++) {
      double step = 1e-5;
      double[] up = delta.clone();
      double[] down = delta.clone();
      up[i] += step;
      down[i] -= step;
      double slope =
          (ConditionalLogit.objective(examples, ones(20), mean, TWO, up)
                  - ConditionalLogit.objective(examples, ones(20), mean, TWO, down))
              / (2 * step);
      assertThat(gradient[i]).isCloseTo(slope, within(1e-6));
    }
  }

  @Test
  void fitEndsWhereTheGradientIsZero() {
    List<Example> examples = examples(50, 2);
    double[] mean = new double[FEATURES];
    double[] delta = ConditionalLogit.fit(examples, ones(50), mean, ONE, new double[FEATURES], 50);
    assertThat(ConditionalLogit.gradient(examples, ones(50), mean, ONE, delta))
        .satisfies(
            g -> assertThat(Arrays.stream(g).map(Math::abs).max().orElseThrow()).isLessThan(1e-3));
  }

  @Test
  void aStrongPriorHoldsDeltaNearZero() {
    List<Example> examples = examples(20, 3);
    double[] delta =
        ConditionalLogit.fit(
            examples,
            ones(20),
            new double[FEATURES],
            Precisions.uniform(FEATURES, 1e9),
            new double[FEATURES],
            5);
    assertThat(Arrays.stream(delta).map(Math::abs).max().orElseThrow()).isLessThan(1e-6);
  }

  @Test
  void aHeldWeightDoesNotMoveAndTheOthersDo() {
    double[] delta =
        ConditionalLogit.fit(
            examples(50, 2),
            ones(50),
            new double[FEATURES],
            Precisions.where(FEATURES, 1, feature -> feature != 2),
            new double[FEATURES],
            20);
    assertThat(delta[2]).isCloseTo(0, within(1e-6));
    assertThat(Math.abs(delta[0])).isGreaterThan(1e-3);
  }

  @Test
  void choleskySolves() {
    double[][] matrix = {{4, 0, 0}, {2, 5, 0}, {1, 3, 6}};
    double[] x = {1, -2, 3};
    // The symmetric matrix times x.
    double[] vector = {4 * 1 + 2 * -2 + 1 * 3, 2 * 1 + 5 * -2 + 3 * 3, 1 * 1 + 3 * -2 + 6 * 3};
    Cholesky.solve(matrix, vector);
    for (int i = 0; i < 3; i++) {
      assertThat(vector[i]).isCloseTo(x[i], within(1e-12));
    }
  }
}
