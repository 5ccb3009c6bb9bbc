package io.hydra.infra.bench.history;

import java.util.SplittableRandom;

/**
 * Which event comes next: users drawn evenly, distinct ids, {@code occurred_at} rising by a
 * millisecond, one event in ten set back. It is set back so little that at most {@code capacity} -
 * 1 events can be newer by then: each event enters its history, and so the histories' versions tell
 * how many were written. Not thread-safe.
 */
final class EventSource {
  private static final int MOST_SET_BACK = 100;
  private static final int ONE_IN = 10;

  private final int users;
  private final int setBack;
  private final long firstTime;
  private final SplittableRandom random;
  private long number;

  /**
   * @param firstTime of the first event, in milliseconds since the epoch
   */
  EventSource(int users, int capacity, long firstTime, long seed) {
    this.users = users;
    this.setBack = Math.min(MOST_SET_BACK, capacity - 1);
    this.firstTime = firstTime;
    this.random = new SplittableRandom(seed);
  }

  /** Its number names it; none comes twice. */
  record Next(int user, long number, long occurredAt) {}

  Next next() {
    return of(random.nextInt(users));
  }

  /** The next event, of this user. */
  Next of(int user) {
    long back = random.nextInt(ONE_IN) == 0 ? random.nextInt(setBack + 1) : 0;
    return new Next(user, number, firstTime + number++ - back);
  }
}
