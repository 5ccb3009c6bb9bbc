package io.hydra.infra.llm;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Draws each call's fate. The k-th call of a run has the same fate under the same seed. */
public final class Faults {
  private final long seed;
  private final AtomicLong calls = new AtomicLong();
  private volatile FaultSettings settings;

  public Faults(FaultSettings settings, long seed) {
    this.settings = settings;
    this.seed = seed;
  }

  public FaultSettings settings() {
    return settings;
  }

  public void set(FaultSettings changed) {
    settings = changed;
  }

  public Fault next() {
    FaultSettings now = settings;
    // A generator per call, not one for all: the threads' order must not matter within a call.
    SplittableRandom random =
        new SplittableRandom(seed + calls.getAndIncrement() * 0x9E3779B97F4A7C15L);
    long delay = now.latencyMs() + Math.round(now.latencyJitterMs() * random.nextDouble());
    return new Fault(kind(now, random.nextDouble()), delay);
  }

  private static Fault.Kind kind(FaultSettings now, double drawn) {
    double[] rates = now.rates();
    double left = drawn;
    for (int i = 0; i < rates.length; i++) {
      left -= rates[i];
      if (left < 0) {
        return Fault.Kind.values()[i + 1];
      }
    }
    return Fault.Kind.NONE;
  }

  /**
   * The fate of one call.
   *
   * @param delayMs before anything is answered
   */
  public record Fault(Kind kind, long delayMs) {
    /** At most one thing goes wrong with a call. */
    public enum Kind {
      NONE,
      TOO_MANY_REQUESTS,
      SERVER_ERROR,
      GARBAGE,
      FEWER_CHOICES,
      HANG
    }
  }

  /**
   * The faults and their rates. The rates are shares of all chat calls, exclude each other, and sum
   * to at most 1.
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

    /** In the order of {@link Fault.Kind}, from the second on. */
    private double[] rates() {
      return new double[] {error429Rate, error500Rate, garbageRate, fewerChoicesRate, hangRate};
    }

    private static void requireMillis(String name, long millis) {
      if (millis < 0 || millis > LONGEST_MS) {
        throw new IllegalArgumentException(
            name + " must be 0 to " + LONGEST_MS + ", not " + millis);
      }
    }
  }
}
