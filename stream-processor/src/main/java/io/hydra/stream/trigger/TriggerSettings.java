package io.hydra.stream.trigger;

import java.io.Serializable;
import java.time.Duration;

/**
 * The settings of when a head update becomes due.
 *
 * @param events this many new events at the latest, at least 1
 * @param delay after the first new event at the latest
 * @param minInterval between two requests for one user and task
 * @param forgetAfter without a change to the history, the user and task are forgotten, as their
 *     history is; zero for never: a few dozen bytes stay for each user and task ever seen
 */
public record TriggerSettings(
    int events, Duration delay, Duration minInterval, Duration forgetAfter)
    implements Serializable {
  /** 10 events, 250 ms, 250 ms, never. */
  public static final TriggerSettings DEFAULT =
      new TriggerSettings(10, Duration.ofMillis(250), Duration.ofMillis(250), Duration.ZERO);

  /**
   * @throws IllegalArgumentException if events is below 1 or a duration is negative
   */
  public TriggerSettings {
    if (events < 1) {
      throw new IllegalArgumentException("a trigger needs at least 1 event");
    }
    if (delay.isNegative() || minInterval.isNegative() || forgetAfter.isNegative()) {
      throw new IllegalArgumentException("trigger delay, interval and memory must not be negative");
    }
  }
}
