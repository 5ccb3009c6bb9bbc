package io.hydra.evaluation.metric;

/**
 * One figure of quality, as a function of sums: every question gives a short vector, and the value
 * of any set of questions follows from the sum of theirs. So pooled values, values per user and
 * bootstraps over users all are sums of vectors.
 */
public sealed interface Measure permits Accuracy, MacroF1, RatingError, RougeF, Bleu {
  /** As it stands in the reports; stable, since programs read it. */
  String name();

  boolean higherIsBetter();

  /** Whether one user's few questions have a value that may be averaged over users. */
  boolean perUser();

  /** How many numbers a question's statistics are. */
  int width();

  /**
   * One question's statistics.
   *
   * @param answer "" where there was no readable one
   * @return {@link #width()} numbers, to be summed over questions
   */
  double[] statistics(String answer, String gold);

  /**
   * The value of a set of at least one question.
   *
   * @param sum of its questions' statistics
   */
  double value(double[] sum);
}
