package io.hydra.stream.event;

import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Write;

/**
 * An event as a store is asked for it: exactly one of a write and an erasure.
 *
 * @param raw the record that it came as, should it turn out that it can never be written
 */
public record UserEvent(Write write, Erasure erasure, RawRecord raw) {
  public boolean isErasure() {
    return erasure != null;
  }

  /** Bytes that it holds in memory on its way, but for a few dozen. */
  public long bytes() {
    return raw.bytes() + (isErasure() ? 0 : write.item().length);
  }

  /** The event's time, in milliseconds since the epoch. */
  public long occurredAt() {
    return isErasure() ? erasure.upTo() : write.occurredAt();
  }
}
