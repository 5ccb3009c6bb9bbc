package io.hydra.evaluation.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LayerTest {
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;
  private static final float[] X = {0.5f, 0, -2};
  private static final double STEP = 1e-2;

  private final Layer layer = new Layer(INPUTS, OUTPUTS, new SplittableRandom(3));

  /** Half the square of the first output, and the second. */
  private double loss(float[] x) {
    float[] y = layer.apply(x);
    return y[0] * y[0] / 2 + y[1];
  }

  private float[] slope() {
    return new float[] {layer.apply(X)[0], 1};
  }

  @Test
  void itIsAMatrixAndABias() {
    float[] w = layer.weights;
    assertThat(layer.apply(X))
        .containsExactly(
            new float[] {0.5f * w[0] - 2 * w[4] + w[6], 0.5f * w[1] - 2 * w[5] + w[7]},
            offset(1e-6f));
  }

  @Test
  void theSlopeByTheInputIsThatOfFiniteDifferences() {
    float[] back = layer.back(slope());
    for (int i = 0; i < INPUTS; i++) {
      float[] above = X.clone();
      float[] below = X.clone();
      above[i] += (float) STEP;
      below[i] -= (float) STEP;
      assertThat((double) back[i])
          .isCloseTo((loss(above) - loss(below)) / (2 * STEP), offset(1e-3));
    }
  }

  @Test
  void itsFirstStepMovesEachWeightByTheLearningRateAgainstTheSlope() {
    float[] before = layer.weights.clone();
    layer.learn(X, slope());
    layer.step(0.1, 0);
    for (int i = 0; i < before.length; i++) {
      float kept = layer.weights[i];
      double slope = slopeAt(before, i);
      double moved = Math.abs(slope) < 1e-6 ? 0 : -0.1 * Math.signum(slope);
      assertThat((double) kept - before[i]).isCloseTo(moved, offset(1e-4));
    }
  }

  private double slopeAt(float[] weights, int i) {
    float[] now = layer.weights.clone();
    System.arraycopy(weights, 0, layer.weights, 0, weights.length);
    layer.weights[i] = (float) (weights[i] + STEP);
    double above = loss(X);
    layer.weights[i] = (float) (weights[i] - STEP);
    double below = loss(X);
    System.arraycopy(now, 0, layer.weights, 0, now.length);
    return (above - below) / (2 * STEP);
  }

  @Test
  void weightsDecayWhereThereIsNothingToLearn() {
    float[] before = layer.weights.clone();
    layer.step(0.1, 0.5);
    for (int i = 0; i < before.length; i++) {
      assertThat(layer.weights[i]).isCloseTo(0.95f * before[i], offset(1e-6f));
    }
  }
}
