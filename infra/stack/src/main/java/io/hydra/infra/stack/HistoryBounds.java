package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import io.hydra.schemas.config.Durations;
import io.hydra.schemas.redis.HistoryLimits;
import java.time.Duration;
import java.util.Map;

/** The bounds of the histories that the stack's stream processor keeps. */
public final class HistoryBounds {
  private static final String CAPACITY = "HYDRA_HISTORY_CAPACITY";
  private static final String MAX_AGE = "HYDRA_HISTORY_MAX_AGE";

  private HistoryBounds() {}

  /**
   * The bounds of a stack started from this environment: its components inherit it, and this is how
   * the stream processor reads it. Without a time to live, which drops whole histories.
   *
   * @throws StackException naming the variable that is malformed
   */
  public static HistoryLimits from(Map<String, String> environment) {
    return new HistoryLimits(
        capacity(environment.getOrDefault(CAPACITY, "200")),
        maxAge(environment.getOrDefault(MAX_AGE, "0ms")),
        Duration.ZERO);
  }

  private static int capacity(String text) {
    try {
      int capacity = Integer.parseInt(text);
      if (capacity >= 1) {
        return capacity;
      }
    } catch (NumberFormatException e) {
      // Told below, with the number that is too small.
    }
    throw new StackException(CAPACITY + " must be a whole number, at least 1");
  }

  private static Duration maxAge(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new StackException(MAX_AGE + " " + e.getMessage(), e);
    }
  }
}
