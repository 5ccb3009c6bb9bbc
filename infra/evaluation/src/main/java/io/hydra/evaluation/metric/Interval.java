package io.hydra.evaluation.metric;

/** Where a value lies with 95 % confidence, both ends included. */
public record Interval(double low, double high) {
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
