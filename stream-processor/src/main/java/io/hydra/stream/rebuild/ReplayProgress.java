package io.hydra.stream.rebuild;

import java.time.Duration;

/**
 * How far a replay is.
 *
 * @param records read so far
 * @param perSecond since it began
 * @param share of the records to be read, 0 to 1
 * @param left at this rate; zero at the end
 */
public record ReplayProgress(long records, double perSecond, double share, Duration left) {
  /** Told from time to time, on the replaying thread. */
  @FunctionalInterface
  public interface Listener {
    void at(ReplayProgress progress);
  }
}
