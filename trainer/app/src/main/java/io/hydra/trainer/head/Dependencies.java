package io.hydra.trainer.head;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.store.Views;
import java.time.Duration;
import org.apache.kafka.common.errors.InterruptException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Waits for Redis and the schema registry on the stream thread itself, however long they are away,
 * and tells outages of dependencies from defects.
 *
 * <p>A member that waits longer than its poll interval is put out of the group. When it goes on, it
 * finds its tasks gone, drops the transaction under way, joins again and reads the same requests
 * once more: no thread ends and nothing is lost. So the poll interval need not be endless, and a
 * member that truly hangs is replaced.
 */
public final class Dependencies {
  private final Retry redis;
  private final Retry registry;

  /** Waits on the calling thread, from 50 ms up to 5 s between attempts. */
  public static Dependencies endless() {
    return new Dependencies(
        Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5)), Sleeper.THREAD);
  }

  public Dependencies(Backoff backoff, Sleeper sleeper) {
    this.redis =
        new Retry(
            new Outage("Redis"),
            e -> e instanceof Views.CorruptPointerException || isRedis(e),
            Dependencies::reason,
            backoff,
            sleeper);
    this.registry =
        new Retry(
            new Outage("the schema registry"),
            RegistryUnavailableException.class::isInstance,
            backoff,
            sleeper);
  }

  /** Redis is away or refuses all; else an error is about one key, or a defect. */
  static boolean isRedis(Exception e) {
    return e instanceof JedisException jedis && RedisFault.of(jedis) == RedisFault.AWAY;
  }

  /** The reason of an outage, as the log may show it. */
  static String reason(Exception e) {
    return e instanceof JedisException redis ? RedisFault.reason(redis) : e.getMessage();
  }

  /**
   * Repeats {@code attempt} while Redis is away, or its pointer to the current view names none;
   * throws what is about one key.
   */
  <T, X extends Exception> T redis(Retry.Attempt<T, X> attempt) throws X {
    return call(redis, attempt);
  }

  /** Repeats {@code attempt} while the registry is away. */
  <T, X extends Exception> T registry(Retry.Attempt<T, X> attempt) throws X {
    return call(registry, attempt);
  }

  private static <T, X extends Exception> T call(Retry retry, Retry.Attempt<T, X> attempt)
      throws X {
    try {
      return retry.call(attempt);
    } catch (InterruptedException e) {
      // Restores the interrupt.
      throw new InterruptException(e);
    }
  }
}
