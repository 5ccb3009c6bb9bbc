package io.hydra.llm;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * A bound for all work on one request.
 *
 * @param at the time from which an answer is of no use
 * @param abandoned turns true when the answer is no longer wanted; no further call is made then
 */
public record Deadline(Instant at, BooleanSupplier abandoned) {
  /** The caller is in no hurry. */
  public static final Deadline NONE = new Deadline(Instant.MAX, () -> false);

  private static final Duration LONG = Duration.ofDays(1);

  /** A deadline at a distance from now, never abandoned. */
  static Deadline in(Duration time, Clock clock) {
    return new Deadline(clock.instant().plus(time), () -> false);
  }

  public boolean isPast(Clock clock) {
    return !clock.instant().isBefore(at);
  }

  /** The time left, at most a day; may be negative. */
  public Duration left(Clock clock) {
    Instant now = clock.instant();
    return at.isAfter(now.plus(LONG)) ? LONG : Duration.between(now, at);
  }

  /** A deadline after three quarters of the time left: for calls that an answer can do without. */
  public Deadline early(Clock clock) {
    return new Deadline(clock.instant().plus(left(clock).multipliedBy(3).dividedBy(4)), abandoned);
  }
}
