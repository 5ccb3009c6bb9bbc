package io.hydra.runtime.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Time that moves only when told to: a wall clock, a monotonic clock and a timer in one. */
public final class ManualTime extends Clock implements Timer {
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long START_MILLIS = START.toEpochMilli();

  private final NavigableSet<Due> due = new TreeSet<>();
  private long passed;
  private long number;

  /** An action at a time in nanoseconds; of several at one time the first that was asked for. */
  private record Due(long at, long number, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(at, other.at);
      return byTime == 0 ? Long.compare(number, other.number) : byTime;
    }
  }

  @Override
  public synchronized Instant instant() {
    return START.plusNanos(passed);
  }

  @Override
  public synchronized long millis() {
    return START_MILLIS + TimeUnit.NANOSECONDS.toMillis(passed);
  }

  public synchronized long nanos() {
    return passed;
  }

  @Override
  public synchronized Task after(Duration delay, Runnable action) {
    Due task = new Due(passed + delay.toNanos(), number++, action);
    due.add(task);
    return () -> {
      synchronized (this) {
        due.remove(task);
      }
    };
  }

  /** Moves time on and runs what falls due on the way, each at its moment. */
  public void advance(Duration by) {
    long end = nanos() + by.toNanos();
    for (Runnable next = next(end); next != null; next = next(end)) {
      next.run();
    }
    synchronized (this) {
      passed = end;
    }
  }

  /** The next action to fall due; null if none does by then. */
  private synchronized Runnable next(long end) {
    if (due.isEmpty() || due.first().at() > end) {
      return null;
    }
    Due next = due.pollFirst();
    passed = Math.max(passed, next.at());
    return next.action();
  }

  /** The time until each waiting action, nearest first. */
  public synchronized List<Duration> waits() {
    return due.stream().map(d -> Duration.ofNanos(d.at() - passed)).toList();
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
