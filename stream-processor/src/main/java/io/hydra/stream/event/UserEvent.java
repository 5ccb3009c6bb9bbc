package io.hydra.stream.event;

import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Write;

/**
 * An event as what it asks for: of a store at most one of a write and an erasure, of the trainer to
 * learn from a verdict. An interaction that answers a query is a write and a verdict.
 *
 * @param write null if it writes nothing
 * @param erasure null unless it erases
 * @param verdict null unless it says something about a response
 * @param raw the record that it came as, should it turn out that it can never be written
 */
public record UserEvent(Write write, Erasure erasure, UserVerdict verdict, RawRecord raw) {
  public UserEvent(Write write, Erasure erasure, RawRecord raw) {
    this(write, erasure, null, raw);
  }

  public boolean isErasure() {
    return erasure != null;
  }

  /** Tells whether it asks something of a store; else the verdict is all there is. */
  public boolean changesHistory() {
    return write != null || erasure != null;
  }

  /** Bytes that it holds in memory on its way, but for a few dozen. */
  public long bytes() {
    return raw.bytes() + (write == null ? 0 : write.item().length);
  }

  /** The time of a write or an erasure, in milliseconds since the epoch. */
  public long occurredAt() {
    return isErasure() ? erasure.upTo() : write.occurredAt();
  }
}
