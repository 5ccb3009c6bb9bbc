package io.hydra.evaluation.paper;

import ai.djl.ndarray.NDArray;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), one rate for each row of the
 * weights: in a stack every user has a clock of their own. DJL's own takes one rate for all.
 */
final class AdamW {
  private static final double MEAN = 0.9;
  private static final double VARIANCE = 0.999;
  private static final float TINY = 1e-8f;

  private AdamW() {}

  /** The learning rate at a step counted from 1, with both corrections for the zero start in it. */
  static float rate(double learningRate, int step) {
    return (float)
        (learningRate * Math.sqrt(1 - Math.pow(VARIANCE, step)) / (1 - Math.pow(MEAN, step)));
  }

  /** The learning rate before step {@code done} of {@code steps}, falling linearly to 0. */
  static double decayed(double learningRate, int done, int steps) {
    return learningRate * (1 - (double) done / steps);
  }

  /**
   * Moves {@code weights}, {@code mean} and {@code variance} in place.
   *
   * @param rate as of {@link #rate}
   * @param keep one minus learning rate times weight decay
   */
  static void step(
      NDArray weights,
      NDArray mean,
      NDArray variance,
      NDArray gradient,
      NDArray rate,
      NDArray keep) {
    mean.muli(MEAN).addi(gradient.mul(1 - MEAN));
    variance.muli(VARIANCE).addi(gradient.square().muli(1 - VARIANCE));
    weights.muli(keep).subi(mean.div(variance.sqrt().addi(TINY)).muli(rate));
  }
}
