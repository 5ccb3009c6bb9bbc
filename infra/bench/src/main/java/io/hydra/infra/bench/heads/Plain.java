package io.hydra.infra.bench.heads;

import java.util.SplittableRandom;

/** The bare arithmetic behind the model's operations, in plain loops: what they could cost. */
final class Plain {
  private Plain() {}

  /** Made-up numbers, uniform in [-1, 1). */
  static float[] floats(SplittableRandom random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (2 * random.nextDouble() - 1);
    }
    return numbers;
  }

  /**
   * Mean of some rows of a matrix.
   *
   * @param matrix row-major
   */
  static float[] mean(float[] matrix, int dimensions, int[] rows) {
    float[] mean = new float[dimensions];
    for (int row : rows) {
      int start = row * dimensions;
      for (int d = 0; d < dimensions; d++) {
        mean[d] += matrix[start + d];
      }
    }
    for (int d = 0; d < dimensions; d++) {
      mean[d] /= rows.length;
    }
    return mean;
  }

  /**
   * matrix · vector.
   *
   * @param matrix row-major, rows of the vector's length
   */
  static float[] product(float[] matrix, float[] vector) {
    float[] product = new float[matrix.length / vector.length];
    for (int r = 0; r < product.length; r++) {
      int start = r * vector.length;
      float sum = 0;
      for (int d = 0; d < vector.length; d++) {
        sum += matrix[start + d] * vector[d];
      }
      product[r] = sum;
    }
    return product;
  }

  /**
   * The Hessian of one Newton step: Σ over examples and candidates of p · z zᵀ, lower triangle.
   *
   * @param z examples × candidates × features
   * @param p weight of each candidate
   */
  static double[][] hessian(double[][][] z, double p) {
    int size = z[0][0].length;
    double[][] hessian = new double[size][size];
    for (double[][] example : z) {
      for (double[] candidate : example) {
        for (int i = 0; i < size; i++) {
          double scaled = p * candidate[i];
          double[] row = hessian[i];
          for (int j = 0; j <= i; j++) {
            row[j] += scaled * candidate[j];
          }
        }
      }
    }
    return hessian;
  }

  /** The paper's head on one pair: z × z, tanh, z × 2. */
  static float paperHead(float[] first, float[] second, float[] pair) {
    float[] hidden = product(first, pair);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = (float) Math.tanh(hidden[i]);
    }
    float[] scores = product(second, hidden);
    return scores[1] - scores[0];
  }
}
