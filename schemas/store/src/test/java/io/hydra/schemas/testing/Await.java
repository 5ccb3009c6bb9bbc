package io.hydra.schemas.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import redis.clients.jedis.exceptions.JedisException;

/** Looks again and again until something holds. */
public final class Await {
  /**
   * The end of every wait. It guards against hanging and nothing else: no good run comes near it,
   * however busy the machine is.
   */
  public static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration ROUND = Duration.ofMillis(20);

  private Await() {}

  /** A Redis that does not answer is one for which it does not hold yet. */
  public static void until(String what, Callable<Boolean> holds) {
    until(what, ROUND, holds);
  }

  /**
   * The same at the caller's pace.
   *
   * @param round between two looks
   */
  public static void until(String what, Duration round, Callable<Boolean> holds) {
    Boolean unused = until(what, round, holds, Boolean::booleanValue);
  }

  /**
   * Returns the first thing seen that is as wanted. If none is, the last one is in the message.
   *
   * @param round between two looks
   */
  public static <T> T until(String what, Duration round, Callable<T> look, Predicate<T> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    T seen = null;
    JedisException away = null;
    while (System.nanoTime() < end) {
      try {
        seen = look.call();
        if (wanted.test(seen)) {
          return seen;
        }
      } catch (JedisException e) {
        away = e;
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(what, e);
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("interrupted while waiting for " + what);
      }
      LockSupport.parkNanos(round.toNanos());
    }
    throw new AssertionError(
        "not within %s: %s; last seen: %s".formatted(PATIENCE, what, seen), away);
  }
}
