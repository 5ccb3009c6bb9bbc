package io.hydra.infra.cli;

import io.hydra.schemas.config.UserException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for an announcement among those of everybody. */
final class Awaited<T> {
  private final Predicate<T> which;

  /** Empty: nothing further will come. */
  private final BlockingQueue<Optional<T>> told = new LinkedBlockingQueue<>();

  private volatile RuntimeException stopped;

  Awaited(Predicate<T> which) {
    this.which = which;
  }

  /** Takes an announcement, of this kind or of any other one. */
  void see(T announced) {
    if (which.test(announced)) {
      told.add(Optional.of(announced));
    }
  }

  /**
   * Ends the wait: nothing further will be read.
   *
   * @param why for the user
   */
  void end(RuntimeException why) {
    stopped = why;
    told.add(Optional.empty());
  }

  /** The next one; empty if it has not come within {@code wait}, or before the end. */
  Optional<T> next(Duration wait) throws InterruptedException {
    Optional<T> next = told.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    return next == null ? Optional.empty() : next;
  }

  /**
   * Of an announcement that has not come.
   *
   * @param sent the thing waited for, e.g. "the verdict v1"
   * @param expected the event that is still to happen
   */
  UserException missing(String sent, int seconds, String expected) {
    String unknown =
        stopped == null
            ? "nothing has become of it within %d s".formatted(seconds)
            : "what becomes of it cannot be read (%s)".formatted(stopped.getMessage());
    return new UserException(
        "%s was sent, and %s: %s; see hydra status".formatted(sent, unknown, expected), stopped);
  }
}
