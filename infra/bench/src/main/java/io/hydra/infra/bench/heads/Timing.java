package io.hydra.infra.bench.heads;

import io.hydra.infra.bench.figure.Quantiles;
import java.util.Arrays;

/**
 * How long one operation took, in microseconds.
 *
 * @param runs how often it was measured
 * @param p50 wall time
 * @param p99 wall time
 * @param mean wall time
 * @param cpu CPU time of the thread, mean
 * @param cpuP99 CPU time of the thread, 99th percentile
 */
record Timing(int runs, double p50, double p99, double mean, double cpu, double cpuP99) {
  private static final double NANOS = 1e3;

  /**
   * @param wall nanoseconds of each run
   * @param cpu nanoseconds of each run
   * @param operations in each run; a percentile is then one of means over that many
   */
  static Timing of(long[] wall, long[] cpu, int operations) {
    double unit = NANOS * operations;
    double[] walls = Arrays.stream(wall).mapToDouble(nanos -> nanos / unit).toArray();
    double[] cpus = Arrays.stream(cpu).mapToDouble(nanos -> nanos / unit).toArray();
    Quantiles of = Quantiles.of(walls);
    return new Timing(
        wall.length, of.p50(), of.p99(), mean(walls), mean(cpus), Quantiles.of(cpus).p99());
  }

  /** Operations a second of one thread. */
  double perSecond() {
    return 1e6 / mean;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
