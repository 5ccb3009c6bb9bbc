package io.hydra.infra.bench.heads;

import io.hydra.infra.bench.figure.Figures.Quantiles;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Times operations on the thread that calls it, after a warm-up as long as the measurement. */
final class Meter {
  private static final int FEWEST = 10;
  private static final int MOST = 1_000_000;

  private final LongSupplier wall;
  private final LongSupplier cpu;
  private final long budget;

  /** The sum of the operations' results, so that none of them is optimised away. */
  private double sink;

  /**
   * @param wall a clock of nanoseconds
   * @param cpu nanoseconds of CPU that the thread has used
   * @param budget nanoseconds of wall time to measure for, what prepares the runs not counted
   */
  Meter(LongSupplier wall, LongSupplier cpu, long budget) {
    this.wall = wall;
    this.cpu = cpu;
    this.budget = budget;
  }

  static Meter ofThisThread(double seconds) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return new Meter(System::nanoTime, threads::getCurrentThreadCpuTime, (long) (seconds * 1e9));
  }

  Timing time(Supplier<Double> run) {
    return time(1, () -> run, Supplier::get);
  }

  /**
   * @param operations in each run
   * @param prepare makes a run's input, outside the measured time
   * @param run returns anything that depends on its work
   */
  <T> Timing time(int operations, Supplier<T> prepare, ToDoubleFunction<T> run) {
    long[][] unused = measure(prepare, run);
    long[][] times = measure(prepare, run);
    return Timing.of(times[0], times[1], operations);
  }

  private <T> long[][] measure(Supplier<T> prepare, ToDoubleFunction<T> run) {
    long[] walls = new long[1024];
    long[] cpus = new long[1024];
    long spent = 0;
    int runs = 0;
    while (runs < FEWEST || (spent < budget && runs < MOST)) {
      if (runs == walls.length) {
        walls = Arrays.copyOf(walls, 2 * runs);
        cpus = Arrays.copyOf(cpus, 2 * runs);
      }
      T input = prepare.get();
      long cpuStart = cpu.getAsLong();
      long start = wall.getAsLong();
      sink += run.applyAsDouble(input);
      walls[runs] = wall.getAsLong() - start;
      cpus[runs] = cpu.getAsLong() - cpuStart;
      spent += walls[runs];
      runs++;
    }
    return new long[][] {Arrays.copyOf(walls, runs), Arrays.copyOf(cpus, runs)};
  }

  double sink() {
    return sink;
  }

  /**
   * Durations of one operation, in microseconds.
   *
   * @param runs the number of measurements
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
      Quantiles of = Quantiles.of(Arrays.stream(walls));
      return new Timing(
          wall.length,
          of.p50(),
          of.p99(),
          mean(walls),
          mean(cpus),
          Quantiles.of(Arrays.stream(cpus)).p99());
    }

    /** Operations a second of one thread. */
    double perSecond() {
      return 1e6 / mean;
    }

    private static double mean(double[] values) {
      return Arrays.stream(values).average().orElseThrow();
    }
  }
}
