package io.hydra.stream.job;

import io.hydra.schemas.redis.HistoryLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of what a history keeps. */
public final class HistoryOptions {
  @Option(
      names = "--history-capacity",
      defaultValue = "${env:HYDRA_HISTORY_CAPACITY:-200}",
      description = "Most events in one user's history of one task.")
  private int historyCapacity;

  @Option(
      names = "--history-max-age",
      defaultValue = "${env:HYDRA_HISTORY_MAX_AGE:-0ms}",
      description = "Oldest event of a history, before its newest; 0ms for no limit.")
  private Duration historyMaxAge;

  @Option(
      names = "--history-ttl",
      defaultValue = "${env:HYDRA_HISTORY_TTL:-0ms}",
      description =
          "A history without events for this long is dropped; 0ms for never, so that memory grows"
              + " with the users ever seen, here and in Redis.")
  private Duration historyTtl;

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public HistoryLimits limits() {
    return new HistoryLimits(historyCapacity, historyMaxAge, historyTtl);
  }

  /** Zero for no limit. */
  public Duration maxAge() {
    return historyMaxAge;
  }

  /** Zero for never. */
  public Duration ttl() {
    return historyTtl;
  }
}
