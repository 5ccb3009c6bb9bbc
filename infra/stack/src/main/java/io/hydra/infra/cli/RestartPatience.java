package io.hydra.infra.cli;

import io.hydra.schemas.config.UserException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The patience of a command with a broker and a registry that a supervisor may be starting again:
 * true while a failure is waited for, which is said once. Not thread-safe.
 */
final class RestartPatience implements Predicate<Exception> {
  /** The supervisor starts a broker again after 1 s, and that takes it 4 s or more. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** A shorter wait needs no explanation. */
  private static final Duration UNEXPLAINED = Duration.ofSeconds(2);

  private final LongSupplier nanoClock;
  private final PrintWriter err;
  private final long start;
  private boolean explained;

  /** Begins now. */
  RestartPatience(LongSupplier nanoClock, PrintWriter err) {
    this.nanoClock = nanoClock;
    this.err = err;
    this.start = nanoClock.getAsLong();
  }

  @Override
  public boolean test(Exception failure) {
    Duration waited = Duration.ofNanos(nanoClock.getAsLong() - start);
    if (!(failure instanceof UserException) || waited.compareTo(LIMIT) >= 0) {
      return false;
    }
    if (!explained && waited.compareTo(UNEXPLAINED) >= 0) {
      explained = true;
      err.printf(
          "waiting up to %d s for the broker and the schema registry: %s%n",
          LIMIT.toSeconds(), failure.getMessage());
    }
    return true;
  }
}
