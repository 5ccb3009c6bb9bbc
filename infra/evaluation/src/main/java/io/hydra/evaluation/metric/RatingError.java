package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Distance between the answered and the gold rating: its mean, or the root of its mean square. An
 * answer that is no number counts as the lowest or the highest option, whichever is farther from
 * the gold; a number that is no option counts as it is, as LaMP has it.
 */
public final class RatingError extends MeanMeasure {
  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)");

  private final boolean squared;
  private final double lowest;
  private final double highest;

  private RatingError(TaskSpec task, boolean squared) {
    this.squared = squared;
    this.lowest = task.options().stream().mapToDouble(Double::parseDouble).min().orElseThrow();
    this.highest = task.options().stream().mapToDouble(Double::parseDouble).max().orElseThrow();
  }

  /** The mean absolute error, {@code mae}. */
  public static RatingError absolute(TaskSpec task) {
    return new RatingError(task, false);
  }

  /** The root mean squared error, {@code rmse}. */
  public static RatingError rootMeanSquare(TaskSpec task) {
    return new RatingError(task, true);
  }

  @Override
  public String name() {
    return squared ? "rmse" : "mae";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  /**
   * @throws IllegalArgumentException if the gold is no number
   */
  @Override
  double score(String answer, String gold) {
    double right =
        number(gold)
            .orElseThrow(
                () -> new IllegalArgumentException("the gold of a rating must be a number"));
    double farther = right - lowest > highest - right ? lowest : highest;
    double error = Math.abs(number(answer).orElse(farther) - right);
    return squared ? error * error : error;
  }

  @Override
  public double value(double[] sum) {
    double mean = super.value(sum);
    return squared ? Math.sqrt(mean) : mean;
  }

  private static OptionalDouble number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches()
        ? OptionalDouble.of(Double.parseDouble(stripped))
        : OptionalDouble.empty();
  }
}
