package io.hydra.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConditionalLogitTest {
  private static final int FEATURES = 4;

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
      examples.add(Example.of(z, new double[] {0.3, -0.2, 0.1, 0}, target));
    }
    return examples;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** The objective's slope and bend by finite differences, into a Newton step. */
  @Test
  void theNewtonStepAgreesWithFiniteDifferences() {
    List<Example> examples = examples(20, 1);
    double[] delta = {0.1, 0.2, -0.3, 0.4};
    double h = 1e-4;
    double[] gradient = new double[FEATURES];
    double[][] hessian = new double[FEATURES][FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      gradient[i] = (at(examples, delta, i, h, 0, 0) - at(examples, delta, i, -h, 0, 0)) / (2 * h);
      for (int j = i; j < FEATURES; j++) {
        hessian[i][j] =
            (at(examples, delta, i, h, j, h)
                    - at(examples, delta, i, h, j, -h)
                    - at(examples, delta, i, -h, j, h)
                    + at(examples, delta, i, -h, j, -h))
                / (4 * h * h);
      }
    }
    Curvature curvature = new Curvature(FEATURES, FEATURES);
    for (Example example : examples) {
      curvature.add(example, example.target(), Softmax.probabilities(example, delta), 1);
    }
    double[] expected = gradient.clone();
    Cholesky.solve(hessian, expected);
    double[] step = curvature.step(2, delta);
    for (int i = 0; i < FEATURES; i++) {
      assertThat(step[i]).isCloseTo(-expected[i], within(1e-4));
    }
  }

  @Test
  void indicatorsMakeNoDifferenceButToTheWork() {
    Random random = new Random(4);
    List<Example> examples = new ArrayList<>();
    for (Example example : examples(20, 5)) {
      List<Integer> options = new ArrayList<>(List.of(0, 1, 2, 3));
      Collections.shuffle(options, random);
      double[][] z = new double[3][];
      for (int c = 0; c < 3; c++) {
        z[c] = Arrays.copyOf(example.features()[c], FEATURES + 3);
        if (options.get(c) < 3) {
          z[c][FEATURES + options.get(c)] = 1;
        }
      }
      examples.add(Example.of(z, new double[FEATURES + 3], example.target()));
    }
    assertThat(Curvature.dense(examples)).isEqualTo(FEATURES);
    double[] start = {0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7};
    double[] plain = ConditionalLogit.fit(examples, FEATURES + 3, ones(20), 1, start, 3);
    double[] indicated = ConditionalLogit.fit(examples, FEATURES, ones(20), 1, start, 3);
    assertThat(indicated).containsExactly(plain, within(1e-12));
    assertThat(indicated).isNotEqualTo(start);
  }

  private static double at(
      List<Example> examples, double[] delta, int i, double byI, int j, double byJ) {
    double[] moved = delta.clone();
    moved[i] += byI;
    moved[j] += byJ;
    return ConditionalLogit.objective(examples, ones(examples.size()), 2, moved);
  }

  @Test
  void fitEndsWhereNoStepIsLeft() {
    List<Example> examples = examples(50, 2);
    double[] delta = ConditionalLogit.fit(examples, ones(50), 1, new double[FEATURES], 50);
    Curvature curvature = new Curvature(FEATURES, FEATURES);
    for (Example example : examples) {
      curvature.add(example, example.target(), Softmax.probabilities(example, delta), 1);
    }
    assertThat(curvature.step(1, delta))
        .satisfies(
            s -> assertThat(Arrays.stream(s).map(Math::abs).max().orElseThrow()).isLessThan(1e-4));
  }

  @Test
  void theOrderOfEqualEvidenceDoesNotMatterBeyondRounding() {
    List<Example> examples = examples(50, 4);
    List<Example> shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, new Random(1));
    double[] one = ConditionalLogit.fit(examples, ones(50), 1, new double[FEATURES], 20);
    double[] other = ConditionalLogit.fit(shuffled, ones(50), 1, new double[FEATURES], 20);
    for (int i = 0; i < FEATURES; i++) {
      assertThat(one[i]).isCloseTo(other[i], within(1e-9));
    }
  }

  @Test
  void aStrongPriorHoldsDeltaNearZero() {
    double[] delta = ConditionalLogit.fit(examples(20, 3), ones(20), 1e9, new double[FEATURES], 5);
    assertThat(Arrays.stream(delta).map(Math::abs).max().orElseThrow()).isLessThan(1e-6);
  }

  @Test
  void choleskySolves() {
    double[][] matrix = {{4, 2, 1}, {0, 5, 3}, {0, 0, 6}};
    double[] x = {1, -2, 3};
    // The symmetric matrix times x.
    double[] vector = {4 * 1 + 2 * -2 + 1 * 3, 2 * 1 + 5 * -2 + 3 * 3, 1 * 1 + 3 * -2 + 6 * 3};
    Cholesky.solve(matrix, vector);
    for (int i = 0; i < 3; i++) {
      assertThat(vector[i]).isCloseTo(x[i], within(1e-12));
    }
  }
}
