package io.hydra.evaluation.paper;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.hydra.evaluation.paper.PaperHeads.HeadShape;
import io.hydra.evaluation.paper.PaperRow.PairInput;
import io.hydra.evaluation.paper.Sums.Uniform;
import java.util.SplittableRandom;

/** The two halves of a scorer as DJL tensors. */
final class Network {
  private Network() {}

  /**
   * @param inputs rows × inputs
   * @return rows × z
   */
  static NDArray base(NDArray inputs, NDArray matrix, NDArray bias) {
    return inputs.matMul(matrix).add(bias).tanh();
  }

  /**
   * @param heads users × stride
   * @param z users × rows × z, each user's rows to be scored by that user's head
   * @param dropout factors of the hidden layer, shaped like z
   * @return users × rows × 2
   */
  static NDArray logits(HeadShape shape, NDArray heads, NDArray z, NDArray dropout) {
    NDList parts =
        heads.split(new long[] {shape.b1(), shape.w2(), shape.b2(), shape.parameters()}, 1);
    NDArray w1 = parts.get(0).reshape(-1, shape.z(), shape.z());
    NDArray w2 = parts.get(2).reshape(-1, shape.z(), 2);
    NDArray hidden = z.matMul(w1).add(parts.get(1).expandDims(1)).tanh();
    return hidden.mul(dropout).matMul(w2).add(parts.get(3).expandDims(1));
  }

  /**
   * Two-class cross-entropy, summed.
   *
   * @param weights shaped like the logits: a row's weight at its class, 0 elsewhere
   */
  static NDArray loss(NDArray logits, NDArray weights) {
    return logits.logSoftmax(-1).mul(weights).sum().neg();
  }

  /**
   * The shared base: {@code z = tanh(input · matrix + bias)}. It stands where the paper has a
   * Longformer, on top of the project's frozen encoder.
   *
   * @param matrix inputs × z, row-major
   */
  record BaseWeights(PairInput input, float[] matrix, float[] bias) {
    static BaseWeights fresh(PairInput input, int z, SplittableRandom random) {
      double bound = 1 / Math.sqrt(input.length());
      return new BaseWeights(
          input,
          Uniform.numbers(random, input.length() * z, bound),
          Uniform.numbers(random, z, bound));
    }

    float[] z(PaperRow row) {
      float[] x = new float[input.length()];
      input.write(row, x, 0);
      float[] z = bias.clone();
      Sums.addProduct(z, x, matrix);
      for (int j = 0; j < z.length; j++) {
        z[j] = (float) Sums.tanh(z[j]);
      }
      return z;
    }
  }

  /**
   * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), one rate for each row of the
   * weights: in a stack every user has a clock of their own. DJL's own takes one rate for all.
   */
  static final class AdamW {
    private static final double MEAN = 0.9;
    private static final double VARIANCE = 0.999;
    private static final float TINY = 1e-8f;

    private AdamW() {}

    /**
     * The learning rate at a step counted from 1, with both corrections for the zero start in it.
     */
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
}
