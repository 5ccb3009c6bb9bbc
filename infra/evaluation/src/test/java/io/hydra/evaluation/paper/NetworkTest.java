package io.hydra.evaluation.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.hydra.evaluation.paper.Network.AdamW;
import io.hydra.evaluation.paper.Network.BaseWeights;
import io.hydra.evaluation.paper.PaperHeads.HeadShape;
import io.hydra.evaluation.paper.PaperRow.PairInput;
import io.hydra.evaluation.paper.Sums.Uniform;
import io.hydra.model.encoder.DjlEngine;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The gradient of the whole scorer, base and head, against finite differences in plain Java. */
class NetworkTest {
  private static final int Z = 16;
  private static final HeadShape SHAPE = new HeadShape(Z);
  private static final PairInput INPUT = new PairInput(4, 2);
  private static final double STEP = 1e-2;

  private final SplittableRandom random = new SplittableRandom(3);
  private final BaseWeights base = BaseWeights.fresh(INPUT, Z, random);
  private final float[] head = SHAPE.fresh(random);
  private final PaperRow row =
      new PaperRow(Uniform.numbers(random, 4, 1), Uniform.numbers(random, 4, 1), 1, true);

  @BeforeAll
  static void engine() {
    DjlEngine.prepare();
  }

  private double loss() {
    return -Math.log(SHAPE.score(head, base.z(row)));
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    float[] headGradient;
    float[] matrixGradient;
    try (NDManager manager = NDManager.newBaseManager();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      float[] x = new float[INPUT.length()];
      INPUT.write(row, x, 0);
      NDArray matrix = manager.create(base.matrix(), new Shape(INPUT.length(), Z));
      NDArray heads = manager.create(head, new Shape(1, SHAPE.stride()));
      matrix.setRequiresGradient(true);
      heads.setRequiresGradient(true);
      NDArray z =
          Network.base(
              manager.create(x, new Shape(1, x.length)),
              matrix,
              manager.create(base.bias(), new Shape(Z)));
      NDArray three = z.expandDims(0);
      NDArray logits = Network.logits(SHAPE, heads, three, manager.ones(three.getShape()));
      NDArray loss = Network.loss(logits, manager.create(new float[] {0, 1}, new Shape(1, 1, 2)));
      assertThat((double) loss.getFloat()).isCloseTo(loss(), offset(1e-5));
      collector.backward(loss);
      headGradient = heads.getGradient().toFloatArray();
      matrixGradient = matrix.getGradient().toFloatArray();
    }
    for (int i = 0; i < SHAPE.parameters(); i += 5) {
      assertThat((double) headGradient[i]).isCloseTo(slope(head, i), offset(1e-4));
    }
    assertThat((double) headGradient[SHAPE.parameters() - 1])
        .isCloseTo(slope(head, SHAPE.parameters() - 1), offset(1e-4));
    for (int i = 0; i < matrixGradient.length; i += 3) {
      assertThat((double) matrixGradient[i]).isCloseTo(slope(base.matrix(), i), offset(1e-4));
    }
  }

  private double slope(float[] weights, int i) {
    float kept = weights[i];
    weights[i] = (float) (kept + STEP);
    double above = loss();
    weights[i] = (float) (kept - STEP);
    double below = loss();
    weights[i] = kept;
    return (above - below) / (2 * STEP);
  }

  @Test
  void anAdamStepMovesByTheLearningRateAgainstTheGradientAndDecays() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weights = manager.create(new float[] {1, 1, -2, -2}, new Shape(2, 2));
      NDArray gradient = manager.create(new float[] {3, -3, .5f, 0}, new Shape(2, 2));
      NDArray rates =
          manager.create(new float[] {AdamW.rate(0.1, 1), AdamW.rate(0.2, 1)}, new Shape(2, 1));
      NDArray keeps = manager.create(new float[] {0.9f, 0.8f}, new Shape(2, 1));
      AdamW.step(
          weights,
          manager.zeros(weights.getShape()),
          manager.zeros(weights.getShape()),
          gradient,
          rates,
          keeps);
      assertThat(weights.toFloatArray())
          .containsExactly(new float[] {.8f, 1f, -1.8f, -1.6f}, offset(1e-5f));
    }
  }
}
