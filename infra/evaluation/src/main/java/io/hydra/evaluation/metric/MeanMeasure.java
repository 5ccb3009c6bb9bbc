package io.hydra.evaluation.metric;

/** A mean over questions, each of which has a score of its own. */
abstract sealed class MeanMeasure implements Measure permits Accuracy, RatingError, RougeF {
  /** One question's score. */
  abstract double score(String answer, String gold);

  @Override
  public final boolean perUser() {
    return true;
  }

  @Override
  public final int width() {
    return 2;
  }

  @Override
  public final double[] statistics(String answer, String gold) {
    return new double[] {score(answer, gold), 1};
  }

  @Override
  public double value(double[] sum) {
    return sum[0] / sum[1];
  }
}
