package io.hydra.stream.trigger;

import io.hydra.schemas.avro.TriggerReason;
import io.hydra.stream.writer.HistoryVersion;
import java.time.Duration;

/**
 * Decides when a head update is due. A quiet user's change is due at once; that of a user for whom
 * one was just requested waits, so that what follows comes with it: until the delay since that
 * request is over, or for so many events, and never for less than the minimum interval. Loading
 * many events of many users costs one request for each user and one more in each delay that the
 * loading takes; the trainer skips those whose events its first fit has seen.
 *
 * <p>A request depends on the history's version and never on which write changed it: after a crash
 * the replayed events are in Redis already and change nothing, yet the version is still ahead of
 * the last one requested. So a request may be repeated, and none is lost. For the same reason lost
 * state is harmless: it reads as "nothing requested so far", and every history is then ahead of it.
 *
 * <p>What an erasure left is requested as if its view had begun again, whatever its version: the
 * heads that the trainer may remember are gone with the erasure, so it must not skip the request.
 *
 * <p>A view that began again shows by one of two signs, since within one view versions only rise: a
 * version below the last one requested, or an event that entered without rising above it. With
 * nothing requested, an event that entered as the first is that sign: the user is new, or was
 * forgotten here while the trainer still has a head of an earlier view.
 */
final class TriggerPolicy {
  private static final long FIRST_VERSION = 1;

  private final TriggerSettings settings;

  TriggerPolicy(TriggerSettings settings) {
    this.settings = settings;
  }

  /** The state after {@code history} was seen. */
  TriggerState observe(TriggerState state, HistoryVersion history, long now) {
    long version = history.version();
    boolean rebuilt =
        state.rebuilt()
            || history.left()
            || version < state.requested()
            || (history.entered() && version <= Math.max(state.requested(), FIRST_VERSION));
    // A fall that stays above `requested` shows once this is requested.
    long seen = rebuilt ? version : Math.max(state.seen(), version);
    long since = state.pending() ? state.pendingSince() : now;
    return new TriggerState(state.requested(), state.requestedAt(), seen, since, rebuilt);
  }

  /** The moment at which the pending change is to be requested; may have passed. */
  long dueAt(TriggerState state, long now) {
    // The clock may have been set back: nothing lies in the future.
    long changedAt = Math.min(state.pendingSince(), now);
    if (state.requestedAt() == 0) {
      return changedAt;
    }
    Duration wait =
        state.rebuilt() || countReached(state) ? settings.minInterval() : settings.longestWait();
    return Math.max(changedAt, Math.min(state.requestedAt(), now) + wait.toMillis());
  }

  private boolean countReached(TriggerState state) {
    return state.seen() - state.requested() >= settings.events();
  }

  TriggerReason reason(TriggerState state) {
    if (state.rebuilt()) {
      return TriggerReason.REBUILT;
    }
    return countReached(state) ? TriggerReason.COUNT : TriggerReason.DELAY;
  }

  /** The state after the pending change was requested. */
  TriggerState requested(TriggerState state, long now) {
    return new TriggerState(state.seen(), now, state.seen(), 0, false);
  }
}
