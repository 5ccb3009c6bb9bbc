package io.hydra.model.feature;

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

  /**
   * @return matrix · vector, less its mean; empty without a trunk
   */
  double[] scores(float[] vector) {
    double[] scores = new double[matrix.length];
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      scores[c] = Situation.dot(matrix[c], vector);
      sum += scores[c];
    }
    for (int c = 0; c < scores.length; c++) {
      scores[c] -= sum / scores.length;
    }
    return scores;
  }

  /** Softmax of the scores. */
  static double[] beliefs(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double[] p = new double[scores.length];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(scores[c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }
}
