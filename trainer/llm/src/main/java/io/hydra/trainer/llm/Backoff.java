package io.hydra.trainer.llm;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before another attempt: before retry i (from 0), drawn evenly from the upper
 * half of min(cap, base · 2^i).
 *
 * @param random numbers from [0, 1)
 */
record Backoff(Duration base, Duration cap, DoubleSupplier random) {
  private static final int MAX_DOUBLINGS = 30;

  Duration delay(int retry) {
    double full = (double) base.toNanos() * Math.pow(2, Math.min(retry, MAX_DOUBLINGS));
    double bounded = Math.min(full, (double) cap.toNanos());
    return Duration.ofNanos((long) (bounded * (0.5 + 0.5 * random.getAsDouble())));
  }

  /** A little more than what a server asked for, so that those turned away do not return as one. */
  Duration atLeast(Duration asked) {
    return asked.plusNanos((long) ((double) base.toNanos() * random.getAsDouble()));
  }
}
