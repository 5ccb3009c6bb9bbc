package io.hydra.infra.stack;

import io.hydra.infra.StackException;
import io.hydra.schemas.config.Durations;
import java.time.Duration;
import java.util.Map;

/**
 * What the stack's stream processor keeps of a user.
 *
 * @param capacity most items of a history, at least 1
 * @param maxAge of an item, before the newest one; zero for no limit
 */
public record HistoryBounds(int capacity, Duration maxAge) {
  private static final String CAPACITY = "HYDRA_HISTORY_CAPACITY";
  private static final String MAX_AGE = "HYDRA_HISTORY_MAX_AGE";

  /**
   * @throws IllegalArgumentException if capacity is below 1 or the age limit negative
   */
  public HistoryBounds {
    if (capacity < 1 || maxAge.isNegative()) {
      throw new IllegalArgumentException(
          "a history's capacity must be at least 1 and its age limit must not be negative");
    }
  }

  /**
   * The bounds of a stack started from this environment: its components inherit it, and this is how
   * the stream processor reads it.
   *
   * @throws StackException naming the variable that is malformed
   */
  public static HistoryBounds from(Map<String, String> environment) {
    return new HistoryBounds(
        capacity(environment.getOrDefault(CAPACITY, "200")),
        maxAge(environment.getOrDefault(MAX_AGE, "0ms")));
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
