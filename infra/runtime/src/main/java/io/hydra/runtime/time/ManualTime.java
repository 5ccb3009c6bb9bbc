package io.hydra.runtime.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Time that moves only when told to: a wall clock, a monotonic clock and a timer in one. For tests.
 */
public final class ManualTime extends Clock implements Timer {
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Due> due = new ArrayList<>();
  private Duration passed = Duration.ZERO;

  /** Equal only to itself: two actions may fall due at one moment. */
  private static final class Due {
    private final Duration at;
    private final Runnable action;

    Due(Duration at, Runnable action) {
      this.at = at;
      this.action = action;
    }
  }

  @Override
  public synchronized Instant instant() {
    return START.plus(passed);
  }

  public synchronized long nanos() {
    return passed.toNanos();
  }

  @Override
  public synchronized Task after(Duration delay, Runnable action) {
    Due task = new Due(passed.plus(delay), action);
    due.add(task);
    return () -> {
      synchronized (this) {
        due.remove(task);
      }
    };
  }

  /** Moves time on and runs what falls due on the way, each at its moment. */
  public void advance(Duration by) {
    Duration end = passed.plus(by);
    for (Optional<Due> next = next(end); next.isPresent(); next = next(end)) {
      next.get().action.run();
    }
    synchronized (this) {
      passed = end;
    }
  }

  private synchronized Optional<Due> next(Duration end) {
    Optional<Due> next =
        due.stream()
            .filter(d -> d.at.compareTo(end) <= 0)
            .min(Comparator.comparing((Due d) -> d.at));
    next.ifPresent(
        d -> {
          due.remove(d);
          passed = d.at;
        });
    return next;
  }

  /** The time until each waiting action, nearest first. */
  public synchronized List<Duration> waits() {
    return due.stream().map(d -> d.at.minus(passed)).sorted().toList();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
