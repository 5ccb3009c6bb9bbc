package io.hydra.model.feature;

import java.util.List;

/**
 * One encoder's aspect of a query and of the inputs of the items before it, oldest first. Encoders
 * see different things, one the words and one the meaning, so each has kernels of its own: a single
 * vector of both would mix two meanings of near.
 *
 * @param trunkScores of the query; empty without a trunk
 * @param trunkBeliefs the trunk's belief for each item's input; empty without a trunk
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Aspect(
    float[] query, List<float[]> inputs, double[] trunkScores, List<double[]> trunkBeliefs) {

  /** Cosine of each item with the query. */
  double cosine(int item) {
    return dot(query, inputs.get(item));
  }

  static double dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The vector's dot product with each row. */
  static double[] dots(List<float[]> rows, float[] vector) {
    double[] dots = new double[rows.size()];
    int r = 0;
    // Four sums at once, each in its own order: one addition need not wait for the last one.
    for (; r + 3 < dots.length; r += 4) {
      float[] r0 = rows.get(r);
      float[] r1 = rows.get(r + 1);
      float[] r2 = rows.get(r + 2);
      float[] r3 = rows.get(r + 3);
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int d = 0; d < vector.length; d++) {
        float v = vector[d];
        s0 += r0[d] * v;
        s1 += r1[d] * v;
        s2 += r2[d] * v;
        s3 += r3[d] * v;
      }
      dots[r] = s0;
      dots[r + 1] = s1;
      dots[r + 2] = s2;
      dots[r + 3] = s3;
    }
    for (; r < dots.length; r++) {
      dots[r] = dot(rows.get(r), vector);
    }
    return dots;
  }

  /** Weight of each item by closeness: max(0, cos)³. */
  double[] closeKernel() {
    double[] kernel = dots(inputs, query);
    for (int i = 0; i < kernel.length; i++) {
      double cos = Math.max(0, kernel[i]);
      kernel[i] = cos * cos * cos;
    }
    return kernel;
  }

  /**
   * Weight of each item by how likely the trunk would call it the same as the query: Σ_c p_c q_c.
   */
  double[] trunkKernel() {
    double[] kernel = new double[inputs.size()];
    if (trunkScores.length > 0) {
      double[] own = Trunk.beliefs(trunkScores);
      for (int i = 0; i < kernel.length; i++) {
        double[] other = trunkBeliefs.get(i);
        for (int c = 0; c < own.length; c++) {
          kernel[i] += own[c] * other[c];
        }
      }
    }
    return kernel;
  }
}
