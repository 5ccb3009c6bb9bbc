package io.hydra.infra.cli;

import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Waits for what becomes of one verdict. */
final class VerdictWatch {
  private final UserKey user;
  private final String eventId;

  /** Empty: nothing further will come. */
  private final BlockingQueue<Optional<VerdictOutcome>> told = new LinkedBlockingQueue<>();

  private volatile RuntimeException stopped;

  VerdictWatch(UserKey user, String eventId) {
    this.user = user;
    this.eventId = eventId;
  }

  /** Takes an outcome, of this verdict or of any other one. */
  void see(VerdictOutcome outcome) {
    if (outcome.getEventId().equals(eventId)
        && outcome.getTenant().equals(user.tenant())
        && outcome.getUserId().equals(user.userId())) {
      told.add(Optional.of(outcome));
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

  /**
   * @param grace for another outcome after one that is not the last: the answer may be on its way
   * @return empty if nothing has become of the verdict within {@code timeout}, or before the end
   */
  Optional<VerdictOutcome> await(Duration timeout, Duration grace) throws InterruptedException {
    Optional<VerdictOutcome> latest = next(timeout);
    while (latest.isPresent() && latest.get().getOutcome() == Outcome.WAITING) {
      Optional<VerdictOutcome> later = next(grace);
      if (later.isEmpty()) {
        return latest;
      }
      latest = later;
    }
    return latest;
  }

  /** The reason of the end; empty if outcomes are still read. */
  Optional<RuntimeException> stopped() {
    return Optional.ofNullable(stopped);
  }

  private Optional<VerdictOutcome> next(Duration wait) throws InterruptedException {
    Optional<VerdictOutcome> next = told.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    return next == null ? Optional.empty() : next;
  }
}
