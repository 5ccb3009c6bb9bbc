package io.hydra.infra.cli;

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

  /** The reason of the end; empty if announcements are still read. */
  Optional<RuntimeException> stopped() {
    return Optional.ofNullable(stopped);
  }
}
