package io.hydra.model.task;

/**
 * What a task is judged by, and hence how an answer is picked from the candidates' probabilities.
 */
public enum Metric {
  /** Share of exact matches: the most probable candidate. */
  ACCURACY,
  /** Mean absolute error over ordered options: the median of the distribution. */
  MAE,
  /**
   * Mean squared error over ordered options: the option nearest to the mean of the distribution.
   */
  MSE,
  /** ROUGE of an open text: the most probable candidate. */
  ROUGE
}
