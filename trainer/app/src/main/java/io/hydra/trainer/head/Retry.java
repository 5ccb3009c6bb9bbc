package io.hydra.trainer.head;

import io.hydra.schemas.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Repeats a call while Redis or the schema registry is away, with jittered, doubling pauses; says
 * so when it starts and when it is over.
 */
public final class Retry {
  private static final Logger log = LoggerFactory.getLogger(Retry.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final int attempts;
  private final RandomGenerator random;
  private final Sleeper sleeper;

  /** Waits; a test passes its own. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
  }

  /** What is repeated. */
  @FunctionalInterface
  public interface Action<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * @param attempts after the last one the failure is thrown
   */
  public Retry(int attempts, RandomGenerator random, Sleeper sleeper) {
    this.attempts = attempts;
    this.random = random;
    this.sleeper = sleeper;
  }

  /**
   * @param what is being done, for the log
   * @throws JedisException or {@link RegistryUnavailableException} if the last attempt fails too,
   *     or the thread is interrupted
   */
  public <T, E extends Exception> T call(String what, Action<T, E> action) throws E {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        T result = action.run();
        if (attempt > 1) {
          log.info("{}: done after {} attempts", what, attempt);
        }
        return result;
      } catch (JedisException | RegistryUnavailableException e) {
        if (attempt == attempts) {
          throw e;
        }
        if (attempt == 1) {
          log.warn("{}: failed ({}), trying again", what, e.getClass().getSimpleName());
        }
        pause(pause, e);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
      }
    }
  }

  private void pause(Duration pause, RuntimeException cause) {
    try {
      sleeper.sleep(Duration.ofMillis((long) (pause.toMillis() * random.nextDouble(0.5, 1.0))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }
}
