package io.hydra.infra.bench;

import java.util.List;

/** Nearest-rank quantiles; NaN of nothing. */
record Quantiles(int count, double p50, double p99, double p999, double max) {
  static Quantiles of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Quantiles(
        sorted.size(), rank(sorted, 0.5), rank(sorted, 0.99), rank(sorted, 0.999), rank(sorted, 1));
  }

  private static double rank(List<Double> sorted, double share) {
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
  }
}
