package io.hydra.evaluation.paper;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

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
}
