package io.hydra.stream.job;

import io.hydra.runtime.option.DurationConverter;
import io.hydra.schemas.redis.HistoryLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of what a history keeps. */
public final class HistoryOptions {
  @Option(
      names = "--history-capacity",
      defaultValue = "${env:HYDRA_HISTORY_CAPACITY:-200}",
      description = "Most events in one user's history of one task. [HYDRA_HISTORY_CAPACITY]")
  private int historyCapacity;

  @Option(
      names = "--history-max-age",
      defaultValue = "${env:HYDRA_HISTORY_MAX_AGE:-0ms}",
      converter = DurationConverter.class,
      description =
          "Oldest event of a history, before its newest; 0ms for no limit."
              + " [HYDRA_HISTORY_MAX_AGE]")
  private Duration historyMaxAge;

  @Option(
      names = "--history-ttl",
      defaultValue = "${env:HYDRA_HISTORY_TTL:-0ms}",
      converter = DurationConverter.class,
      description =
          "A history without events for this long is dropped; 0ms for never, so that memory"
              + " grows with the users ever seen, here and in Redis. [HYDRA_HISTORY_TTL]")
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
