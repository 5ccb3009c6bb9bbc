package io.hydra.runtime.retry;

import io.hydra.runtime.text.Counts;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one dependency as its callers see it: logged once when it goes away, whatever the
 * number of failures, and once when it is back. {@link Outages} has it as long as it is open.
 * Thread-safe.
 */
public final class Outage {
  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  private final String dependency;
  private final LongSupplier nanoClock;
  private final Outages outages = Outages.ofProcess();
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
    outages.know(dependency);
  }

  /**
   * Notes a failed attempt.
   *
   * @param reason without any user's text
   */
  public synchronized void began(String reason) {
    failures++;
    outages.failed(dependency);
    if (!open) {
      open = true;
      outages.began(this);
      since = nanoClock.getAsLong();
      log.warn("{} is unavailable, will retry until it is back: {}", dependency, reason);
    }
  }

  /** Notes a successful attempt. */
  public synchronized void ended() {
    if (open) {
      log.info(
          "{} is available again after {} s and {}",
          dependency,
          lasted().toSeconds(),
          Counts.of(failures, "failed attempt"));
    }
    abandon();
  }

  /** Notes that nobody waits any more, though nothing is known of the dependency. */
  public synchronized void abandon() {
    if (open) {
      outages.ended(this);
    }
    open = false;
    failures = 0;
  }

  /** Tells whether the last attempt failed. */
  public synchronized boolean isOpen() {
    return open;
  }

  String dependency() {
    return dependency;
  }

  synchronized Outages.Open describe() {
    return new Outages.Open(dependency, open ? lasted() : Duration.ZERO, failures);
  }

  private Duration lasted() {
    return Duration.ofNanos(nanoClock.getAsLong() - since);
  }
}
