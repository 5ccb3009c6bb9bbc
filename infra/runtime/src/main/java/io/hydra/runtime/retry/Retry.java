package io.hydra.runtime.retry;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Repeats what fails because a dependency is away, for as long as it is: the caller waits, and so
 * does everything before it. Thread-safe.
 */
public final class Retry {
  private static final Backoff BACKOFF =
      Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5));

  private final Outage outage;
  private final Predicate<? super Exception> isOutage;
  private final Function<? super Exception, String> reason;
  private final Backoff backoff;
  private final Sleeper sleeper;

  /** One try of something. */
  @FunctionalInterface
  public interface Attempt<T, X extends Exception> {
    T run() throws X;
  }

  /**
   * @param isOutage whether a failure is the dependency's; every other one is thrown at once
   */
  public Retry(
      Outage outage, Predicate<? super Exception> isOutage, Backoff backoff, Sleeper sleeper) {
    this(outage, isOutage, Exception::getMessage, backoff, sleeper);
  }

  /**
   * @param reason the text logged for such a failure, where its message may hold a user's text
   */
  public Retry(
      Outage outage,
      Predicate<? super Exception> isOutage,
      Function<? super Exception, String> reason,
      Backoff backoff,
      Sleeper sleeper) {
    this.outage = outage;
    this.isOutage = isOutage;
    this.reason = reason;
    this.backoff = backoff;
    this.sleeper = sleeper;
  }

  /** Waits on the calling thread, from 50 ms up to 5 s between attempts. */
  public static Retry endless(String dependency, Predicate<? super Exception> isOutage) {
    return new Retry(new Outage(dependency), isOutage, BACKOFF, Sleeper.THREAD);
  }

  /** An attempt without a result. */
  @FunctionalInterface
  public interface Step<X extends Exception> {
    void run() throws X;
  }

  /** Returns once the step has succeeded. */
  public <X extends Exception> void run(Step<X> step) throws X, InterruptedException {
    Object unused =
        call(
            () -> {
              step.run();
              return null;
            });
  }

  /** Returns the attempt's result, once it has one. */
  public <T, X extends Exception> T call(Attempt<T, X> attempt) throws X, InterruptedException {
    for (int failures = 0; ; failures++) {
      try {
        T result = attempt.run();
        outage.ended();
        return result;
      } catch (Exception e) {
        if (!isOutage.test(e)) {
          if (failures > 0) {
            outage.abandon();
          }
          throw e;
        }
        outage.began(String.valueOf(reason.apply(e)));
        pause(failures);
      }
    }
  }

  private void pause(int failures) throws InterruptedException {
    try {
      sleeper.sleep(backoff.delay(failures));
    } catch (InterruptedException e) {
      outage.abandon();
      throw e;
    }
  }
}
