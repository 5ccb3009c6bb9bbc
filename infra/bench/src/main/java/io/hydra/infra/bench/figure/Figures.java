package io.hydra.infra.bench.figure;

import java.util.Locale;
import java.util.stream.DoubleStream;

/** Numbers as every bench counts and writes them, the same in every locale. */
public final class Figures {
  private Figures() {}

  /** Three figures are enough; small values keep all that they have. NaN is "-". */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    if (size >= 100) {
      return format("%,.0f", value);
    }
    return format(size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.2f" : "%.4f", value);
  }

  public static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** Nearest-rank quantiles; NaN of nothing. */
  public record Quantiles(int count, double p50, double p99, double p999, double max) {
    public static Quantiles of(DoubleStream values) {
      double[] sorted = values.sorted().toArray();
      return new Quantiles(
          sorted.length,
          rank(sorted, 0.5),
          rank(sorted, 0.99),
          rank(sorted, 0.999),
          rank(sorted, 1));
    }

    private static double rank(double[] sorted, double share) {
      return sorted.length == 0
          ? Double.NaN
          : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
  }
}
