package io.hydra.serving.time;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Exponential backoff with jitter: the wait before retry i (from 0) is drawn evenly from the upper
 * half of min(cap, base · 2^i).
 *
 * @param random numbers from [0, 1)
 */
public record Backoff(Duration base, Duration cap, DoubleSupplier random) {
  private static final int MAX_DOUBLINGS = 30;

  public Duration delay(int retry) {
    double full = (double) base.toNanos() * Math.pow(2, Math.min(retry, MAX_DOUBLINGS));
    double bounded = Math.min(full, (double) cap.toNanos());
    return Duration.ofNanos((long) (bounded * (0.5 + 0.5 * random.getAsDouble())));
  }

  /** A little more than what a server asked for, so that those turned away do not return as one. */
  public Duration atLeast(Duration asked) {
    return asked.plusNanos((long) ((double) base.toNanos() * random.getAsDouble()));
  }
}
