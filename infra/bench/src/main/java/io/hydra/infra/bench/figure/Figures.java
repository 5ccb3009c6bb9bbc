package io.hydra.infra.bench.figure;

import java.util.Locale;

/** Numbers as text, the same in every locale. */
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
}
