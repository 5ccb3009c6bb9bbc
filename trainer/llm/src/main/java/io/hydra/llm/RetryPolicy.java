package io.hydra.llm;

import io.hydra.runtime.retry.Backoff;
import io.hydra.schemas.config.UserException;
import java.time.Duration;

/**
 * The number and length of the attempts at a call. One gets half of the time that is left, so that
 * one that hangs leaves as much for another; all of it if it is the last, or where half would be
 * less than {@code minAttempt}, since two short attempts serve a slow LLM worse than a long one.
 *
 * @param attempts at most; a call that goes on without a refused field is the same attempt
 * @param minAttempt below twice this time left, one attempt takes all of it
 * @param maxAttempt no attempt gets more
 * @param hedgeAfter an attempt that has no answer after so long is joined by the next one; null for
 *     never
 * @param longestWait an endpoint that asks for more patience than this is given up
 * @param slowRemedy the remedy if attempts run out of time
 */
public record RetryPolicy(
    int attempts,
    Duration minAttempt,
    Duration maxAttempt,
    Duration hedgeAfter,
    Duration longestWait,
    Backoff backoff,
    String slowRemedy) {
  public RetryPolicy {
    if (attempts < 1) {
      throw new UserException("attempts must be at least 1, not " + attempts);
    }
    if (maxAttempt.isZero() || maxAttempt.isNegative()) {
      throw new UserException("the timeout must be more than " + maxAttempt);
    }
    if (hedgeAfter != null && (hedgeAfter.isZero() || hedgeAfter.isNegative())) {
      throw new UserException("the time before a second attempt must be more than " + hedgeAfter);
    }
  }

  /**
   * @param left until the deadline
   * @param attemptsLeft this one included
   */
  Duration timeout(Duration left, int attemptsLeft) {
    boolean last = attemptsLeft <= 1 || left.compareTo(minAttempt.multipliedBy(2)) < 0;
    Duration share = last ? left : left.dividedBy(2);
    return share.compareTo(maxAttempt) < 0 ? share : maxAttempt;
  }

  /**
   * @param retryAfter the wait that the endpoint asked for; null if none
   * @param failures before this one
   */
  Duration delay(Duration retryAfter, int failures) {
    return retryAfter == null ? backoff.delay(failures) : backoff.atLeast(retryAfter);
  }
}
