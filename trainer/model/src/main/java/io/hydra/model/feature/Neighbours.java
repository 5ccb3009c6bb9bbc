package io.hydra.model.feature;

import io.hydra.model.encoder.MeaningEncoder;
import java.util.Arrays;

/**
 * Votes of the {@value #NEAREST} items of a {@link Memory} that are nearest to a text. They are so
 * sharp that mainly what is nearly the same text counts: of what is merely similar the trunk knows.
 */
final class Neighbours {
  private static final int NEAREST = 50;
  private static final double REACH = 0.1;

  /** Of the population's shares, beside items of which one that means the same weighs 1. */
  private static final double STRENGTH = 0.05;

  /** Dimensions × items: the sums of all items then grow side by side, in vector registers. */
  private final float[][] columns;

  private final int[] labels;
  private final double[] shares;

  /**
   * @param memory of one item or more
   * @param shares π, one per option, above 0
   */
  Neighbours(Memory memory, double[] shares) {
    int items = memory.labels().length;
    this.labels = memory.labels();
    this.shares = shares;
    float[][] vectors =
        Arrays.stream(memory.vectors()).map(MeaningEncoder::unpack).toArray(float[][]::new);
    this.columns = new float[vectors[0].length][items];
    for (int i = 0; i < items; i++) {
      float[] vector = vectors[i];
      for (int d = 0; d < vector.length; d++) {
        columns[d][i] = vector[d];
      }
    }
  }

  /**
   * One vote per option: log((Σ w_i [y_i = c] + s π_c) / ((Σ w_i + s) π_c)), w = exp((cos − 1) /
   * {@value #REACH}), s = {@value #STRENGTH}.
   *
   * @param text its meaning, of length one
   */
  double[] votes(float[] text) {
    float[] cosines = cosines(text);
    float least = nearest(cosines);
    double[] votes = new double[shares.length];
    double total = STRENGTH;
    for (int i = 0; i < cosines.length; i++) {
      if (cosines[i] >= least) {
        double weight = Math.exp((cosines[i] - 1) / REACH);
        votes[labels[i]] += weight;
        total += weight;
      }
    }
    for (int c = 0; c < votes.length; c++) {
      votes[c] = Math.log((votes[c] + STRENGTH * shares[c]) / (total * shares[c]));
    }
    return votes;
  }

  private float[] cosines(float[] text) {
    float[] cosines = new float[labels.length];
    for (int d = 0; d < columns.length; d++) {
      float along = text[d];
      float[] column = columns[d];
      for (int i = 0; i < cosines.length; i++) {
        cosines[i] += along * column[i];
      }
    }
    return cosines;
  }

  /** The least cosine among the nearest. */
  private static float nearest(float[] cosines) {
    float[] nearest = new float[NEAREST];
    Arrays.fill(nearest, Float.NEGATIVE_INFINITY);
    for (float cosine : cosines) {
      if (cosine > nearest[0]) {
        int at = 0;
        for (; at + 1 < NEAREST && nearest[at + 1] < cosine; at++) {
          nearest[at] = nearest[at + 1];
        }
        nearest[at] = cosine;
      }
    }
    return nearest[0];
  }
}
