package io.hydra.infra.demo;

import java.util.List;

/** Nearest-rank percentiles of measured times, in milliseconds. */
public record Percentiles(double p50, double p99) {
  static Percentiles of(List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    return new Percentiles(rank(sorted, 0.50), rank(sorted, 0.99));
  }

  private static double rank(List<Double> sorted, double share) {
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return Math.round(sorted.get(Math.max(0, index)) * 10) / 10.0;
  }
}
