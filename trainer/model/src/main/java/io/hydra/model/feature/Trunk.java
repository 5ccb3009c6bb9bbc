package io.hydra.model.feature;

import io.hydra.model.head.Softmax;
import java.util.List;

/**
 * The trunk of a closed task: what it makes of an input alone, whoever asks.
 *
 * @param matrix options × dimensions; without rows if no trunk was trained
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Trunk(float[][] matrix) {
  /** For open text. */
  public static final Trunk NONE = new Trunk(new float[0][]);

  public boolean isTrained() {
    return matrix.length > 0;
  }

  /** Returns matrix · vector, less its mean; empty without a trunk. */
  double[] scores(float[] vector) {
    double[] scores = new double[matrix.length];
    double sum = 0;
    int c = 0;
    // Four sums at once, each in its own order: one addition need not wait for the last one.
    for (; c + 3 < scores.length; c += 4) {
      float[] r0 = matrix[c];
      float[] r1 = matrix[c + 1];
      float[] r2 = matrix[c + 2];
      float[] r3 = matrix[c + 3];
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
      scores[c] = s0;
      scores[c + 1] = s1;
      scores[c + 2] = s2;
      scores[c + 3] = s3;
    }
    for (; c < scores.length; c++) {
      scores[c] = Aspect.dot(matrix[c], vector);
    }
    for (double score : scores) {
      sum += score;
    }
    for (c = 0; c < scores.length; c++) {
      scores[c] -= sum / scores.length;
    }
    return scores;
  }

  /**
   * The aspect of the encoder that this trunk is over.
   *
   * @param past vectors of the items' inputs, oldest first
   */
  public Aspect aspect(float[] query, List<float[]> past) {
    List<double[]> made =
        isTrained() ? past.stream().map(input -> beliefs(scores(input))).toList() : List.of();
    return new Aspect(query, past, scores(query), made);
  }

  /** Softmax of the scores. */
  static double[] beliefs(double[] scores) {
    return Softmax.normalize(scores.clone());
  }
}
