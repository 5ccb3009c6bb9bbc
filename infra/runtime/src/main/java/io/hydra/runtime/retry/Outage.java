package io.hydra.runtime.retry;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one dependency as its callers see it: logged once when it goes away, whatever the
 * number of failures, and once when it is back. Thread-safe.
 */
public final class Outage {
  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  private final String dependency;
  private final LongSupplier nanoClock;
  private boolean open;
  private long since;
  private int failures;

  /**
   * @param dependency names it in the log, as "the schema registry"
   */
  public Outage(String dependency) {
    this(dependency, System::nanoTime);
  }

  public Outage(String dependency, LongSupplier nanoClock) {
    this.dependency = dependency;
    this.nanoClock = nanoClock;
  }

  /**
   * Notes a failed attempt.
   *
   * @param reason without any user's text
   */
  public synchronized void began(String reason) {
    failures++;
    if (!open) {
      open = true;
      since = nanoClock.getAsLong();
      log.warn("{} is unavailable, will retry until it is back: {}", dependency, reason);
    }
  }

  /** Notes a successful attempt. */
  public synchronized void ended() {
    if (open) {
      Duration lasted = Duration.ofNanos(nanoClock.getAsLong() - since);
      log.info(
          "{} is available again after {} s and {} failed attempts",
          dependency,
          lasted.toSeconds(),
          failures);
    }
    open = false;
    failures = 0;
  }

  /** Whether the last attempt failed. */
  public synchronized boolean isOpen() {
    return open;
  }
}
