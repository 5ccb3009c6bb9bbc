package io.hydra.evaluation.bench;

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
    long[] walls = sorted(wall);
    long[] cpus = sorted(cpu);
    double unit = NANOS * operations;
    return new Timing(
        wall.length,
        percentile(walls, 50) / unit,
        percentile(walls, 99) / unit,
        mean(walls) / unit,
        mean(cpus) / unit,
        percentile(cpus, 99) / unit);
  }

  /** Operations a second of one thread. */
  double perSecond() {
    return 1e6 / mean;
  }

  /** The smallest value that at least so many percent are not above. */
  private static double percentile(long[] sorted, int percent) {
    return sorted[Math.max(0, (int) Math.ceil(percent / 100.0 * sorted.length) - 1)];
  }

  private static long[] sorted(long[] values) {
    long[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  private static double mean(long[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
