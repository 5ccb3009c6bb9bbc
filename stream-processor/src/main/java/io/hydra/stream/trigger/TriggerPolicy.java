package io.hydra.stream.trigger;

import io.hydra.schemas.avro.TriggerReason;

/**
 * Decides when a head update is due. It hangs on the history's version alone and not on which write
 * changed it: after a crash the replayed events are in Redis already and change nothing, yet the
 * version is still ahead of the last one requested. So a request may be repeated, and none is lost.
 * For the same reason lost state is harmless: it reads as "nothing requested so far", and every
 * history is then ahead of it.
 */
final class TriggerPolicy {
  private final TriggerSettings settings;

  TriggerPolicy(TriggerSettings settings) {
    this.settings = settings;
  }

  /** The state after a history was seen at {@code version}. */
  TriggerState observe(TriggerState state, long version, long now) {
    boolean rebuilt = state.rebuilt() || version < state.requested();
    // Within one view versions only rise; a fall above `requested` shows once this is requested.
    long seen = rebuilt ? version : Math.max(state.seen(), version);
    long since = state.pending() ? state.pendingSince() : now;
    return new TriggerState(state.requested(), state.requestedAt(), seen, since, rebuilt);
  }

  /** When the pending change is to be requested; may have passed. */
  long dueAt(TriggerState state, long now) {
    // The clock may have been set back: nothing lies in the future.
    long due =
        reason(state) == TriggerReason.DELAY
            ? Math.min(state.pendingSince(), now) + settings.delay().toMillis()
            : now;
    return state.requestedAt() == 0
        ? due
        : Math.max(due, Math.min(state.requestedAt(), now) + settings.minInterval().toMillis());
  }

  TriggerReason reason(TriggerState state) {
    if (state.rebuilt()) {
      return TriggerReason.REBUILT;
    }
    return state.seen() - state.requested() >= settings.events()
        ? TriggerReason.COUNT
        : TriggerReason.DELAY;
  }

  /** The state after the pending change was requested. */
  TriggerState requested(TriggerState state, long now) {
    return new TriggerState(state.seen(), now, state.seen(), 0, false);
  }
}
