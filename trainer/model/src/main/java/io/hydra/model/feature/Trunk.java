package io.hydra.model.feature;

import io.hydra.model.head.Softmax;
import java.util.Arrays;
import java.util.List;

/**
 * The trunk of a closed task: what it makes of an input alone, whoever asks.
 *
 * @param matrix options × dimensions; without rows if no trunk was trained
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Trunk(float[][] matrix) {
  /** Without rows: no trunk. */
  public static final Trunk NONE = new Trunk(new float[0][]);

  public boolean isTrained() {
    return matrix.length > 0;
  }

  /** Returns matrix · vector, less its mean; empty without a trunk. */
  double[] scores(float[] vector) {
    double[] scores = Aspect.dots(Arrays.asList(matrix), vector);
    double sum = 0;
    for (double score : scores) {
      sum += score;
    }
    for (int c = 0; c < scores.length; c++) {
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
