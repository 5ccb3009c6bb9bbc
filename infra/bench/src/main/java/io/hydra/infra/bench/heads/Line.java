package io.hydra.infra.bench.heads;

/**
 * One measured operation beside what bounds it.
 *
 * @param section which part of the model
 * @param name what was done
 * @param timing of one operation
 * @param ceiling CPU microseconds of the plain arithmetic of that size; NaN for a ceiling's own
 *     line
 * @param targetKind which figure the target is about
 * @param target microseconds; NaN for none
 */
record Line(
    String section,
    String name,
    Timing timing,
    double ceiling,
    TargetKind targetKind,
    double target) {
  /** CPU time, mean; or wall time, 99th percentile. */
  enum TargetKind {
    NONE,
    CPU,
    P99
  }

  static Line ceiling(String section, String name, Timing timing) {
    return new Line(section, name, timing, Double.NaN, TargetKind.NONE, Double.NaN);
  }

  static Line of(String section, String name, Timing timing, Timing ceiling) {
    return new Line(section, name, timing, ceiling.cpu(), TargetKind.NONE, Double.NaN);
  }

  /** The mean of the CPU time shall not be above this. */
  Line withCpuTarget(double micros) {
    return new Line(section, name, timing, ceiling, TargetKind.CPU, micros);
  }

  /** The 99th percentile of the wall time shall not be above this. */
  Line withP99Target(double micros) {
    return new Line(section, name, timing, ceiling, TargetKind.P99, micros);
  }

  /** How many times the ceiling's CPU time it takes. */
  double timesCeiling() {
    return timing.cpu() / ceiling;
  }

  boolean meetsTarget() {
    return switch (targetKind) {
      case NONE -> true;
      case CPU -> timing.cpu() <= target;
      case P99 -> timing.p99() <= target;
    };
  }
}
