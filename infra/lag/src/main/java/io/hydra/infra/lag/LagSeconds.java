package io.hydra.infra.lag;

import io.hydra.infra.lag.cluster.OffsetTimes;

/** Lag in seconds: the age of the first record that a group has not consumed in a partition. */
final class LagSeconds {
  private LagSeconds() {}

  /**
   * @param timestamp of that record, as {@link OffsetTimes#at} gives it
   * @param now the time at which the ends of the logs were read, milliseconds since the epoch
   * @return 0 if there is no record to read; null if its timestamp is not known
   */
  static Double of(long timestamp, long now) {
    if (timestamp == OffsetTimes.NOTHING) {
      return 0.0;
    }
    return timestamp < 0 ? null : Math.max(0, now - timestamp) / 1000.0;
  }
}
