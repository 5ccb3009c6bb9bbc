package io.hydra.schemas.redis.client;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.exceptions.JedisException;

/** Looks again and again until something holds. */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private Await() {}

  /** A Redis that does not answer is one for which it does not hold yet. */
  static void until(String what, Callable<Boolean> holds) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (holds.call()) {
          return;
        }
      } catch (JedisException e) {
        last = e;
      } catch (Exception e) {
        throw new AssertionError(what, e);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    throw new AssertionError("not within " + PATIENCE + ": " + what, last);
  }
}
