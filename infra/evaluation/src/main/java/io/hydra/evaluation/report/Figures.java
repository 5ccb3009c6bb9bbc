package io.hydra.evaluation.report;

import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Distribution.Interval;
import io.hydra.evaluation.metric.Measure;
import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private Figures() {}

  /** A measure's value: three decimals, or two where the scale goes to 100. */
  static String value(Measure measure, double value) {
    return String.format(Locale.ROOT, "%." + decimals(measure) + "f", value);
  }

  /** A difference with its sign and interval. */
  static String difference(Measure measure, Distribution difference) {
    String signed = "%+." + decimals(measure) + "f";
    Interval interval = difference.interval();
    return String.format(
        Locale.ROOT,
        signed + " [" + signed + ", " + signed + "]",
        difference.value(),
        interval.low(),
        interval.high());
  }

  static String decimal(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  static String count(double value) {
    return decimal(value, 0);
  }

  private static int decimals(Measure measure) {
    return measure.name().equals("bleu") ? 2 : 3;
  }
}
