package io.hydra.infra.supervise;

import io.hydra.infra.StackException;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.runtime.retry.Backoff;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One component: up, or waiting to be started again.
 *
 * <p>The pause before a start grows with each end in a row and begins small again once the
 * component has stayed up for the longest pause.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final String name;
  private final Supplier<ManagedProcess> starter;
  private final Backoff backoff;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /** Null once it is seen dead, and until it is started again. */
  private ManagedProcess process;

  private long upSince;
  private long startDue;
  private int endsInARow;
  private Restarts told;

  /**
   * @param process as found
   * @param starter starts it again
   */
  Watch(
      ManagedProcess process,
      Supplier<ManagedProcess> starter,
      Backoff backoff,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.name = process.name();
    this.process = process;
    this.starter = starter;
    this.backoff = backoff;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.upSince = nanoTime.getAsLong();
    this.told = Restarts.none(name);
  }

  Restarts restarts() {
    return told;
  }

  /**
   * Looks once.
   *
   * @return whether there is something new to tell
   */
  boolean look() {
    long now = nanoTime.getAsLong();
    if (process == null) {
      return now - startDue >= 0 && start(now);
    }
    if (process.isAlive()) {
      if (now - upSince >= backoff.max().toNanos()) {
        endsInARow = 0;
      }
      return false;
    }
    ended(process.exitCode(), now);
    return true;
  }

  private void ended(OptionalInt exitCode, long now) {
    Duration pause = backoff.delay(endsInARow++);
    process = null;
    startDue = now + pause.toNanos();
    long wall = clock.millis();
    Integer code = exitCode.isPresent() ? exitCode.getAsInt() : null;
    told = new Restarts(name, told.count(), code, wall, wall + pause.toMillis());
    LOG.warn(
        "{} ended with {}, will start it again in {} ms",
        name,
        code == null ? "an unknown code" : "code " + code,
        pause.toMillis());
  }

  private boolean start(long now) {
    try {
      process = starter.get();
    } catch (StackException e) {
      LOG.warn("{}", e.getMessage());
      ended(OptionalInt.empty(), now);
      return true;
    }
    upSince = now;
    told = new Restarts(name, told.count() + 1, told.lastExitCode(), told.lastEndedAt(), null);
    LOG.info("{} started again, pid {}", name, process.pid());
    return true;
  }
}
