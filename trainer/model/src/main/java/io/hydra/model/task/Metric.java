package io.hydra.model.task;

/**
 * The measure that judges a task, and hence the rule that picks an answer from the candidates'
 * probabilities.
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
  /** Mean absolute and root mean squared error alike: the least of both in expectation. */
  MAE_AND_RMSE,
  /** ROUGE of an open text: the most probable candidate. */
  ROUGE;

  /**
   * The weight of an error's square beside the error itself. Chosen on training users: a half takes
   * nothing from the absolute error that a quarter does not, and more from the squared one.
   */
  private static final double SQUARED_SHARE = 0.5;

  /** Tells whether the options are numbers in order. */
  public boolean isOrdinal() {
    return this == MAE || this == MSE || this == MAE_AND_RMSE;
  }

  /**
   * The cost of an error, for ordered options.
   *
   * @param error the answer's distance from the user's own
   */
  public double loss(double error) {
    return switch (this) {
      case MAE -> Math.abs(error);
      case MSE -> error * error;
      case MAE_AND_RMSE -> Math.abs(error) + SQUARED_SHARE * error * error;
      case ACCURACY, ROUGE -> throw new IllegalStateException(this + " knows no distances");
    };
  }

  /**
   * The cost of an error beside the price of a call, for ordered options: {@link #loss}, but with
   * the whole square for both errors alike. Half of it would leave questions unasked whose samples
   * take back large errors.
   *
   * @param error the answer's distance from the user's own
   */
  public double lossUnasked(double error) {
    return this == MAE_AND_RMSE ? Math.abs(error) + error * error : loss(error);
  }
}
