package io.hydra.infra.llm.fault;

/**
 * What goes wrong, and how often. The rates are shares of all chat calls, exclude each other, and
 * sum to at most 1.
 *
 * @param latencyMs added to every answer
 * @param latencyJitterMs up to so much more, evenly spread
 * @param error429Rate answered 429 with {@code Retry-After}
 * @param error500Rate answered 500
 * @param garbageRate answered 200 with a body that is not JSON
 * @param fewerChoicesRate answered with fewer choices than asked for (none if one was)
 * @param hangRate not answered at all
 * @param retryAfterSeconds of the 429 answers
 */
public record FaultSettings(
    long latencyMs,
    long latencyJitterMs,
    double error429Rate,
    double error500Rate,
    double garbageRate,
    double fewerChoicesRate,
    double hangRate,
    long retryAfterSeconds) {
  /** All is well. */
  public static final FaultSettings NONE = new FaultSettings(0, 0, 0, 0, 0, 0, 0, 1);

  private static final long LONGEST_MS = 600_000;

  /**
   * @throws IllegalArgumentException with one line for the user
   */
  public FaultSettings {
    requireMillis("latencyMs", latencyMs);
    requireMillis("latencyJitterMs", latencyJitterMs);
    if (retryAfterSeconds < 0) {
      throw new IllegalArgumentException("retryAfterSeconds must not be negative");
    }
    double sum = 0;
    for (double rate :
        new double[] {error429Rate, error500Rate, garbageRate, fewerChoicesRate, hangRate}) {
      if (!(rate >= 0 && rate <= 1)) {
        throw new IllegalArgumentException("every rate must be 0 to 1, not " + rate);
      }
      sum += rate;
    }
    if (sum > 1 + 1e-9) {
      throw new IllegalArgumentException("the rates sum to " + sum + "; at most 1 is possible");
    }
  }

  private static void requireMillis(String name, long millis) {
    if (millis < 0 || millis > LONGEST_MS) {
      throw new IllegalArgumentException(name + " must be 0 to " + LONGEST_MS + ", not " + millis);
    }
  }
}
