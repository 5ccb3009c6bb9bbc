package io.hydra.infra.lag;

import io.hydra.infra.lag.Report.Trend;
import java.time.Duration;

/**
 * Judges a group in a partition from a window of its last commits, by Burrow's rules ({@code
 * core/internal/evaluator/caching.go}): no thresholds, only how offset and lag move.
 *
 * <p>A poll does not see commits but where the offset is. It counts as a commit if the offset has
 * moved, or if a member owns the partition, since a living consumer repeats its commits. The time
 * of a commit is that of the poll. Beyond those rules, a group may stand still as long as it has
 * lately, and nothing but REWIND is judged until it has been watched for a window's length: it may
 * commit with checkpoints a minute apart.
 */
final class StatusEvaluator {
  /** A change of the lag by less than this share of it is none. */
  private static final double STEADY_SHARE = 0.05;

  /** Nor is one by fewer records if all is well: a poll may come between record and commit. */
  private static final long STEADY_RECORDS = 10;

  /** Times its length after which a gap without its like is not expected any more. */
  private static final int OUTAGE_FORGOTTEN = 4;

  private final long[] offsets;
  private final long[] lags;
  private final long[] times;
  private int size;
  private int last = -1;
  private long lastMove;

  /** Seen since the first poll; what lies between two of them is a whole gap. */
  private int moves;

  /** Between two moves, while there was lag: how long it may stand still. */
  private long longestGap;

  private long longestGapEnd;

  /** Of those since the longest. */
  private long longestSince;

  private long lastPoll;

  /** The lag of the last poll: also of one that was no commit. */
  private long lag;

  private boolean caughtUp;
  private long lastCaughtUp = Long.MIN_VALUE;

  /**
   * @param commits the number of commits that are judged, at least 3
   */
  StatusEvaluator(int commits) {
    offsets = new long[commits];
    lags = new long[commits];
    times = new long[commits];
  }

  /**
   * Adds what a poll saw.
   *
   * @param owned whether a member of the group owns the partition
   * @param readable false if there is no record between the offset and the end of the log
   * @param millis of the poll
   */
  void add(long offset, long lag, boolean readable, boolean owned, long millis) {
    boolean moved = size == 0 || offset != offsets[last];
    if (moved) {
      if (size > 0) {
        moves++;
        learn(millis - Math.max(lastMove, lastCaughtUp), millis);
      }
      lastMove = millis;
    }
    this.lag = lag;
    caughtUp = lag == 0 || !readable;
    if (caughtUp) {
      lastCaughtUp = millis;
    }
    lastPoll = millis;
    if (moved || owned) {
      last = (last + 1) % offsets.length;
      offsets[last] = offset;
      lags[last] = caughtUp ? 0 : lag;
      times[last] = millis;
      size = Math.min(size + 1, offsets.length);
    }
  }

  /** Learns from a gap. One that does not come again in four times its length was an outage. */
  private void learn(long gap, long millis) {
    longestSince = Math.max(longestSince, gap);
    if (gap >= longestGap || millis - longestGapEnd > OUTAGE_FORGOTTEN * longestGap) {
      longestGap = longestSince;
      longestGapEnd = millis;
      longestSince = 0;
    }
  }

  /**
   * The status.
   *
   * @param interval between polls
   */
  Status status(Duration interval) {
    if (caughtUp) {
      return Status.OK;
    }
    // A consumer of a quiet topic has nothing to commit until a record comes.
    long silence = lastPoll - Math.max(times[last], lastCaughtUp);
    long usual = Math.max(times[last] - time(0), longestGap);
    long polls = size < offsets.length ? offsets.length : 3;
    if (silence > Math.max(usual, interval.toMillis() * polls)) {
      return Status.STOP;
    }
    boolean moves = false;
    boolean shrinks = false;
    for (int i = 0; i < size; i++) {
      if (lag(i) == 0) {
        return Status.OK;
      }
      moves |= i > 0 && offset(i) != offset(i - 1);
      shrinks |= i > 0 && lag(i) < lag(i - 1);
    }
    if (isRewound()) {
      return Status.REWIND;
    }
    if (size < offsets.length || shrinks) {
      return Status.OK;
    }
    if (moves) {
      return Status.WARN;
    }
    return lastPoll - lastMove > longestGap ? Status.STALL : Status.OK;
  }

  private boolean isRewound() {
    long highest = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      highest = Math.max(highest, offset(i));
    }
    return offset(size - 1) < highest;
  }

  /**
   * Tells whether it stands still, with lag, for more than twice as long as it has lately: sooner
   * than {@link Status#STOP} can be told. Not before a whole gap was seen.
   *
   * @param interval between polls
   */
  boolean isOverdue(Duration interval) {
    return moves > 1
        && !caughtUp
        && lastPoll - Math.max(lastMove, lastCaughtUp)
            > 2 * Math.max(longestGap, interval.toMillis());
  }

  /**
   * The trend of the lag over the window.
   *
   * @param status that of now
   * @param overdue {@link #isOverdue}; then, and where it has stopped, since its last commit
   */
  Trend trend(Status status, boolean overdue) {
    if (size == 0 || lastPoll == time(0)) {
      return Trend.UNKNOWN;
    }
    long before = overdue || status == Status.STOP ? lags[last] : lag(0);
    long change = (caughtUp ? 0 : lag) - before;
    if (status == Status.OK && !overdue && Math.abs(change) < STEADY_RECORDS
        || Math.abs(change) <= STEADY_SHARE * Math.max(lag, before)) {
      return Trend.STEADY;
    }
    return change > 0 ? Trend.GROWING : Trend.SHRINKING;
  }

  /** Records consumed in a second, over the window; 0 if it is too short to tell. */
  double consumed() {
    return perSecond(offset(size - 1) - offset(0));
  }

  /** Records that came in in a second, over the window; 0 if it is too short to tell. */
  double produced() {
    return perSecond(offset(size - 1) + (caughtUp ? 0 : lag) - offset(0) - lag(0));
  }

  private double perSecond(long records) {
    long millis = lastPoll - time(0);
    return millis == 0 ? 0 : Math.max(0, records) * 1000.0 / millis;
  }

  /** Milliseconds since the epoch when the offset was seen to move last. */
  long lastMove() {
    return lastMove;
  }

  private long offset(int i) {
    return offsets[index(i)];
  }

  private long lag(int i) {
    return lags[index(i)];
  }

  private long time(int i) {
    return times[index(i)];
  }

  /** The place of the i-th oldest. */
  private int index(int i) {
    return (last - size + 1 + i + offsets.length) % offsets.length;
  }
}
