package io.hydra.trainer.llm;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a run of asks is.
 *
 * @param done answered by a call
 * @param failed asks without a reply
 * @param cached answered without a call of their own
 */
public record CallProgress(long done, long failed, long cached) {
  public long finished() {
    return done + failed + cached;
  }

  /**
   * How long the rest takes if all of it must be called at the pace so far. What the cache answers
   * goes at once and says nothing about the pace.
   *
   * @param total asks of the whole run
   * @param elapsed since its start
   * @return empty before the first call has ended
   */
  public Optional<Duration> timeLeft(long total, Duration elapsed) {
    long left = Math.max(0, total - finished());
    long called = done + failed;
    if (left == 0) {
      return Optional.of(Duration.ZERO);
    }
    return called == 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) ((double) elapsed.toMillis() * left / called)));
  }
}
