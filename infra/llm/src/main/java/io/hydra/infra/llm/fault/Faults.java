package io.hydra.infra.llm.fault;

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
    double[] rates = {
      now.error429Rate(),
      now.error500Rate(),
      now.garbageRate(),
      now.fewerChoicesRate(),
      now.hangRate()
    };
    double left = drawn;
    for (int i = 0; i < rates.length; i++) {
      left -= rates[i];
      if (left < 0) {
        return Fault.Kind.values()[i + 1];
      }
    }
    return Fault.Kind.NONE;
  }
}
