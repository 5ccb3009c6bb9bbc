package io.hydra.stream.rebuild;

import io.hydra.schemas.redis.HistoryLimits;
import java.time.Duration;
import java.time.Instant;

/**
 * What a rebuild is told.
 *
 * @param limits of the histories, as the live job's
 * @param limitsChanged whether to go by {@code limits} even if the live job went by others
 * @param from where to begin in the topic, by the records' timestamps; null for its beginning
 * @param acceptLoss whether to switch even though items would be lost
 * @param finishOnly only finish what a killed rebuild has left
 * @param grace between the switch and the removal of the old view, for those who read it now
 */
public record RebuildSettings(
    HistoryLimits limits,
    boolean limitsChanged,
    Instant from,
    boolean acceptLoss,
    boolean finishOnly,
    Duration grace) {
  /** Whoever writes to the old view has asked for the current one no longer ago than this. */
  private static final Duration LEAST_GRACE = Duration.ofSeconds(3);

  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  /**
   * @throws IllegalArgumentException if the grace is below 3 s
   */
  public RebuildSettings {
    if (grace.compareTo(LEAST_GRACE) < 0) {
      throw new IllegalArgumentException(
          "the grace must be at least 3s: until then old histories are still written to");
    }
  }
}
