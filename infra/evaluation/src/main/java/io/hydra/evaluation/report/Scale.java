package io.hydra.evaluation.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** From values to pixels, with round ticks. */
record Scale(double low, double high, double from, double to) {
  /**
   * A scale that holds these values with a little room at both ends, but does not go below 0 for
   * room alone.
   */
  static Scale around(double lowest, double highest, double from, double to) {
    double spread = highest - lowest;
    double room = spread > 0 ? 0.06 * spread : Math.max(0.05 * Math.abs(highest), 0.01);
    double low = lowest >= 0 ? Math.max(0, lowest - room) : lowest - room;
    return new Scale(low, highest + room, from, to);
  }

  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** Multiples of 1, 2 or 5 times a power of ten, about as many as asked for. */
  List<BigDecimal> ticks(int about) {
    double raw = (high - low) / about;
    int exponent = (int) Math.floor(Math.log10(raw));
    double lead = raw / Math.pow(10, exponent);
    int digit = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
    BigDecimal step = BigDecimal.valueOf(digit).scaleByPowerOfTen(exponent);
    List<BigDecimal> ticks = new ArrayList<>();
    long first = (long) Math.ceil(low / step.doubleValue() - 1e-9);
    for (long i = first; i * step.doubleValue() <= high + 1e-9 * (high - low); i++) {
      ticks.add(step.multiply(BigDecimal.valueOf(i)));
    }
    return ticks;
  }
}
