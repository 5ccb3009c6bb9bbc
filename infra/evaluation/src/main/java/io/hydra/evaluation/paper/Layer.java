package io.hydra.evaluation.paper;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A dense layer. It learns by AdamW, which is Adam with decoupled weight decay (Loshchilov and
 * Hutter, 2019). Thread-safe once it learns no more.
 */
final class Layer {
  private static final double MEAN = 0.9;
  private static final double VARIANCE = 0.999;
  private static final double TINY = 1e-8;

  /** Inputs × outputs, row-major, then a row of biases. */
  final float[] weights;

  private final int inputs;
  private final int outputs;
  private final float[] gradient;
  private final float[] mean;
  private final float[] variance;
  private int steps;

  /** Random weights, uniform within 1/√inputs, as a linear layer usually starts. */
  Layer(int inputs, int outputs, SplittableRandom random) {
    this.inputs = inputs;
    this.outputs = outputs;
    weights = new float[(inputs + 1) * outputs];
    double bound = 1 / Math.sqrt(inputs);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    gradient = new float[weights.length];
    mean = new float[weights.length];
    variance = new float[weights.length];
  }

  float[] apply(float[] x) {
    float[] y = Arrays.copyOfRange(weights, inputs * outputs, weights.length);
    for (int i = 0; i < inputs; i++) {
      float of = x[i];
      // One-hot inputs, and what is dropped out.
      if (of != 0) {
        int row = i * outputs;
        for (int j = 0; j < outputs; j++) {
          y[j] += of * weights[row + j];
        }
      }
    }
    return y;
  }

  /** The slope of the loss by the input, from that by the output. */
  float[] back(float[] slope) {
    float[] back = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      int row = i * outputs;
      float sum = 0;
      for (int j = 0; j < outputs; j++) {
        sum += weights[row + j] * slope[j];
      }
      back[i] = sum;
    }
    return back;
  }

  /** Adds one input's part to the gradient of the next step. */
  void learn(float[] x, float[] slope) {
    for (int i = 0; i <= inputs; i++) {
      float of = i < inputs ? x[i] : 1;
      if (of != 0) {
        int row = i * outputs;
        for (int j = 0; j < outputs; j++) {
          gradient[row + j] += of * slope[j];
        }
      }
    }
  }

  /** Moves the weights, and begins a new gradient. */
  void step(double learningRate, double weightDecay) {
    steps++;
    double rate =
        learningRate * Math.sqrt(1 - Math.pow(VARIANCE, steps)) / (1 - Math.pow(MEAN, steps));
    double keep = 1 - learningRate * weightDecay;
    for (int i = 0; i < weights.length; i++) {
      mean[i] = (float) (MEAN * mean[i] + (1 - MEAN) * gradient[i]);
      variance[i] = (float) (VARIANCE * variance[i] + (1 - VARIANCE) * gradient[i] * gradient[i]);
      weights[i] = (float) (keep * weights[i] - rate * mean[i] / (Math.sqrt(variance[i]) + TINY));
    }
    Arrays.fill(gradient, 0);
  }
}
