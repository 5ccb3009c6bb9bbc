package io.hydra.evaluation.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;

/** A measured value, and what it would have been on each resample of the users. */
public final class Distribution {
  private final double value;
  private final double[] resampled;

  Distribution(double value, double[] resampled) {
    this.value = value;
    this.resampled = resampled;
  }

  public double value() {
    return value;
  }

  /** The percentile interval, 2.5 % to 97.5 %, interpolated between neighbours. */
  public Interval interval() {
    double[] sorted = resampled.clone();
    Arrays.sort(sorted);
    return new Interval(quantile(sorted, 0.025), quantile(sorted, 0.975));
  }

  /**
   * The difference of two values on the same resamples.
   *
   * @throws IllegalArgumentException if the other one has another number of resamples
   */
  public Distribution minus(Distribution other) {
    return combine(other, (a, b) -> a - b);
  }

  /**
   * The ratio to a value on the same resamples; 0 where that is 0.
   *
   * @throws IllegalArgumentException if the other one has another number of resamples
   */
  public Distribution over(Distribution other) {
    return combine(other, (a, b) -> b == 0 ? 0 : a / b);
  }

  private Distribution combine(Distribution other, DoubleBinaryOperator operator) {
    if (resampled.length != other.resampled.length) {
      throw new IllegalArgumentException("only values on the same resamples can be compared");
    }
    double[] combined = new double[resampled.length];
    Arrays.setAll(combined, r -> operator.applyAsDouble(resampled[r], other.resampled[r]));
    return new Distribution(operator.applyAsDouble(value, other.value), combined);
  }

  /** Of a difference: with its sign and interval. */
  public String signed(int decimals) {
    Interval interval = interval();
    String number = "%+." + decimals + "f";
    String format = number + " [" + number + ", " + number + "]";
    return String.format(Locale.ROOT, format, value, interval.low(), interval.high());
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** The range of a value with 95 % confidence, both ends included. */
  public record Interval(double low, double high) {
    public boolean excludesZero() {
      return low > 0 || high < 0;
    }
  }
}
