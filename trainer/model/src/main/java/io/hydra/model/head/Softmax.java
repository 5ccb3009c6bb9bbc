package io.hydra.model.head;

/** Scores and probabilities of a linear head. */
public final class Softmax {
  private Softmax() {}

  /**
   * @param features candidates × features
   * @param weights one per feature
   * @return softmax over the candidates of features · weights
   */
  public static double[] probabilities(double[][] features, double[] weights) {
    double[] p = new double[features.length];
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < p.length; c++) {
      p[c] = dot(features[c], weights);
      max = Math.max(max, p[c]);
    }
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(p[c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
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
