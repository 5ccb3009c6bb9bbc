package io.hydra.serving.llm;

import io.hydra.serving.time.Backoff;
import java.time.Duration;

/**
 * How often and how long an LLM is tried.
 *
 * @param attempts at most
 * @param minAttempt no attempt gets less time than this while more is left
 */
public record RetryPolicy(int attempts, Duration minAttempt, Backoff backoff) {
  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1");
    }
  }

  /**
   * An attempt's share of the time that is left: an even part for each attempt to come, so that a
   * call that hangs leaves time for another, but at least {@code minAttempt}, so that a slow LLM
   * under a near deadline is asked once with patience rather than often without.
   *
   * @param left until the deadline
   * @param attemptsLeft this one included
   */
  Duration timeout(Duration left, int attemptsLeft) {
    Duration share = left.dividedBy(attemptsLeft);
    Duration wanted = share.compareTo(minAttempt) < 0 ? minAttempt : share;
    return wanted.compareTo(left) < 0 ? wanted : left;
  }

  /** The wait before the next attempt. */
  Duration wait(LlmException.Retriable failure, int retry) {
    return failure.retryAfter().map(backoff::atLeast).orElseGet(() -> backoff.delay(retry));
  }
}
