package io.hydra.stream.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats what fails because something else is away, for as long as it is: the caller waits, and so
 * does everything before it. An outage is logged when it begins and when it ends. Not thread-safe.
 */
public final class Retrier {
  private static final Logger LOG = LoggerFactory.getLogger(Retrier.class);
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration MAX = Duration.ofSeconds(5);

  private final String what;
  private final Class<? extends RuntimeException> retriable;
  private final Backoff backoff;
  private final Sleeper sleeper;

  /** One try of something. */
  @FunctionalInterface
  public interface Attempt<T, X extends Exception> {
    T run() throws X;
  }

  /**
   * @param what is away, for the log
   * @param retriable the failure that says so; every other one is passed on
   */
  public Retrier(
      String what, Class<? extends RuntimeException> retriable, Backoff backoff, Sleeper sleeper) {
    this.what = what;
    this.retriable = retriable;
    this.backoff = backoff;
    this.sleeper = sleeper;
  }

  /** One that waits on the calling thread, from 50 ms up to 5 s between attempts. */
  public static Retrier endless(String what, Class<? extends RuntimeException> retriable) {
    return new Retrier(
        what, retriable, new Backoff(FIRST, MAX, RandomGenerator.getDefault()), Sleeper.THREAD);
  }

  /** The attempt's result, once it has one. */
  public <T, X extends Exception> T call(Attempt<T, X> attempt) throws X, InterruptedException {
    for (int failures = 0; ; failures++) {
      try {
        T result = attempt.run();
        if (failures > 0) {
          LOG.info("{} is back after {} failed attempts", what, failures);
          backoff.reset();
        }
        return result;
      } catch (RuntimeException e) {
        if (!retriable.isInstance(e)) {
          throw e;
        }
        if (failures == 0) {
          LOG.warn("{} is away, retrying until it is back: {}", what, e.getMessage());
        }
        sleeper.sleep(backoff.next());
      }
    }
  }
}
