package io.hydra.model.head;

/** Scores and probabilities of a linear head. */
public final class Softmax {
  private Softmax() {}

  /**
   * @param features candidates × features
   * @param weights one per feature
   * @return features · weights, one per candidate
   */
  public static double[] scores(double[][] features, double[] weights) {
    double[] scores = new double[features.length];
    for (int c = 0; c < scores.length; c++) {
      scores[c] = dot(features[c], weights);
    }
    return scores;
  }

  /**
   * @return softmax over the candidates of features · weights
   */
  public static double[] probabilities(double[][] features, double[] weights) {
    return normalize(scores(features, weights));
  }

  /**
   * @return softmax over the candidates of offset + features · δ
   */
  static double[] probabilities(Example example, double[] delta) {
    double[] scores = example.offset().clone();
    for (int c = 0; c < scores.length; c++) {
      scores[c] += dot(example.features()[c], delta);
    }
    return normalize(scores);
  }

  /** Turns scores into their softmax, in place. */
  static double[] normalize(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      scores[c] = Math.exp(scores[c] - max);
      sum += scores[c];
    }
    for (int c = 0; c < scores.length; c++) {
      scores[c] /= sum;
    }
    return scores;
  }

  /** Cross-entropy of {@code target} under {@code probabilities}, in nats. */
  public static double logLoss(double[] target, double[] probabilities) {
    double loss = 0;
    for (int c = 0; c < target.length; c++) {
      if (target[c] > 0) {
        loss -= target[c] * Math.log(Math.max(probabilities[c], 1e-12));
      }
    }
    return loss;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
