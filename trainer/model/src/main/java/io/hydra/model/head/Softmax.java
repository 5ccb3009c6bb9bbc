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
    int c = 0;
    // Four sums at once, each in its own order: one addition need not wait for the last one.
    for (; c + 3 < scores.length; c += 4) {
      double[] z0 = features[c];
      double[] z1 = features[c + 1];
      double[] z2 = features[c + 2];
      double[] z3 = features[c + 3];
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int i = 0; i < weights.length; i++) {
        double w = weights[i];
        s0 += z0[i] * w;
        s1 += z1[i] * w;
        s2 += z2[i] * w;
        s3 += z3[i] * w;
      }
      scores[c] = s0;
      scores[c + 1] = s1;
      scores[c + 2] = s2;
      scores[c + 3] = s3;
    }
    for (; c < scores.length; c++) {
      scores[c] = dot(features[c], weights);
    }
    return scores;
  }

  /** Softmax over the candidates of features · weights. */
  public static double[] probabilities(double[][] features, double[] weights) {
    return normalize(scores(features, weights));
  }

  /** Softmax over the candidates of offset + features · δ. */
  static double[] probabilities(Example example, double[] delta) {
    double[] scores = scores(example.features(), delta);
    double[] offset = example.offset();
    for (int c = 0; c < scores.length; c++) {
      scores[c] += offset[c];
    }
    return normalize(scores);
  }

  /** Turns scores into their softmax, in place. */
  public static double[] normalize(double[] scores) {
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
