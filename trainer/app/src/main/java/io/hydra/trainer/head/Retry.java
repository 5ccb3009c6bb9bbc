package io.hydra.trainer.head;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Repeats a Redis call with jittered, doubling pauses; says so when it starts and when it is over.
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
   * @throws JedisException if the last attempt fails too, or the thread is interrupted
   */
  public <T> T call(String what, Supplier<T> action) {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        T result = action.get();
        if (attempt > 1) {
          log.info("{}: Redis is back after {} attempts", what, attempt);
        }
        return result;
      } catch (JedisException e) {
        if (attempt == attempts) {
          throw e;
        }
        if (attempt == 1) {
          log.warn("{}: Redis is away ({}), trying again", what, e.getClass().getSimpleName());
        }
        pause(pause, e);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
  }

  private void pause(Duration pause, JedisException cause) {
    try {
      sleeper.sleep(Duration.ofMillis((long) (pause.toMillis() * random.nextDouble(0.5, 1.0))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }
}
