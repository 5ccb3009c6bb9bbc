package io.hydra.infra.bench.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** A fixed rate. Behind its schedule it makes up for it. */
public final class Pace {
  public static final double NANOS = 1e9;

  private static final long PAUSE_NANOS = 500_000;

  private Pace() {}

  /**
   * Sends on the calling thread.
   *
   * @param send told the number of each, from 0
   * @return the number sent
   */
  public static long keep(double perSecond, Duration length, LongConsumer send) {
    long start = System.nanoTime();
    long end = start + length.toNanos();
    long sent = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      long due = (long) ((now - start) / NANOS * perSecond);
      if (due <= sent) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      for (; sent < due; sent++) {
        send.accept(sent);
      }
    }
    return sent;
  }

  /** Waits until a moment of {@link System#nanoTime}. */
  public static void awaitNanos(long due) {
    for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
      LockSupport.parkNanos(due - now);
    }
  }
}
