package io.hydra.infra.llm;

import java.util.EnumMap;
import java.util.Map;
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
    double left = drawn;
    for (Map.Entry<Fault.Kind, Double> each : now.rates().entrySet()) {
      left -= each.getValue();
      if (left < 0) {
        return each.getKey();
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
      /** 429, with {@code Retry-After}. */
      BUSY,
      /** 500. */
      ERROR,
      /** 200 with a body that is not JSON. */
      GARBAGE,
      /** Choices without a text. */
      EMPTY,
      /** Half of the choices that were asked for, or one. */
      FEWER,
      /** Choices that a content filter has stopped. */
      FILTERED,
      /** 400, as for a prompt that is longer than the model's window. */
      WINDOW,
      /** No answer, on a connection that stays open. */
      HANG,
      /** The answer, byte by byte, slower than anybody waits. */
      DRIP,
      /** A part of the answer, and the connection ends. */
      CUT,
      /** The connection ends. */
      DROP
    }
  }

  /**
   * The faults and their rates.
   *
   * @param latencyMs added to every answer
   * @param latencyJitterMs up to so much more, evenly spread
   * @param rates shares of all chat calls, 0 to 1, in all at most 1
   * @param retryAfterSeconds of the 429 answers; 0 leaves the header out
   */
  public record FaultSettings(
      long latencyMs, long latencyJitterMs, Map<Fault.Kind, Double> rates, long retryAfterSeconds) {
    /** All is well. */
    public static final FaultSettings NONE = new FaultSettings(0, 0, Map.of(), 1);

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
      Map<Fault.Kind, Double> inOrder = new EnumMap<>(Fault.Kind.class);
      inOrder.putAll(rates);
      double sum = 0;
      for (Double rate : inOrder.values()) {
        if (rate == null || !(rate >= 0 && rate <= 1)) {
          throw new IllegalArgumentException("every rate must be 0 to 1, not " + rate);
        }
        sum += rate;
      }
      if (sum > 1 + 1e-9) {
        throw new IllegalArgumentException("the rates sum to " + sum + "; at most 1 is possible");
      }
      rates = inOrder;
    }

    private static void requireMillis(String name, long millis) {
      if (millis < 0 || millis > LONGEST_MS) {
        throw new IllegalArgumentException(
            name + " must be 0 to " + LONGEST_MS + ", not " + millis);
      }
    }
  }
}
