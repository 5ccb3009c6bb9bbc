package io.hydra.stream.trigger;

import java.io.Serializable;
import java.time.Duration;

/**
 * The settings of when a head update becomes due.
 *
 * @param events a change waits for no more than this many of them, at least 1
 * @param delay since the last request for the user and task, at the latest; a change that comes
 *     later does not wait at all
 * @param minInterval between two requests for one user and task, whatever happens
 * @param forgetAfter without a change to the history, the user and task are forgotten, as their
 *     history is; zero for never: a few dozen bytes stay for each user and task ever seen
 */
public record TriggerSettings(
    int events, Duration delay, Duration minInterval, Duration forgetAfter)
    implements Serializable {
  /** 10 events, 200 ms, 100 ms, never. */
  public static final TriggerSettings DEFAULT =
      new TriggerSettings(10, Duration.ofMillis(200), Duration.ofMillis(100), Duration.ZERO);

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

  /**
   * The longest that a change waits after a request: the delay, or the interval if that is more.
   */
  Duration longestWait() {
    return delay.compareTo(minInterval) < 0 ? minInterval : delay;
  }
}
