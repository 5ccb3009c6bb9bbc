package io.hydra.infra.bench.history;

/**
 * The greatest rate that holds, by halving: the first guess is 70 % of what a backlog is drained
 * at, which itself lies above what can be sustained, since the generator takes its share.
 */
final class RateSearch {
  private static final double FIRST = 0.7;
  private static final double LEAST = 0.1;

  /** Measures whether a rate holds. */
  @FunctionalInterface
  interface Trial {
    boolean holds(double perSecond) throws InterruptedException;
  }

  private RateSearch() {}

  /**
   * @param drained events per second of a backlog
   * @return 0 if not even a tenth of {@code drained} held
   */
  static double greatest(double drained, int trials, Trial trial) throws InterruptedException {
    double holds = 0;
    double fails = Double.NaN;
    double next = FIRST * drained;
    for (int i = 0; i < trials; i++) {
      if (trial.holds(next)) {
        holds = next;
      } else {
        fails = next;
      }
      if (Double.isNaN(fails)) {
        next = Math.max(drained, holds) + (holds < drained ? 0 : 0.15 * holds);
      } else {
        next = Math.max(LEAST * drained, (holds + fails) / 2);
      }
    }
    return holds;
  }
}
