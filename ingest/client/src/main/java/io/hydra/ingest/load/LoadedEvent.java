package io.hydra.ingest.load;

import io.hydra.schemas.avro.BehaviorEvent;

/** One entry of a file: an event, or why there is none. */
public sealed interface LoadedEvent {
  /** A well-formed entry. */
  record Good(BehaviorEvent event) implements LoadedEvent {}

  /**
   * A malformed entry; the rest of the file is unaffected.
   *
   * @param place {@code file:line}, or file, user and item
   * @param reason the fault and its remedy; no user text
   */
  record Bad(String place, String reason) implements LoadedEvent {
    @Override
    public String toString() {
      return place + ": " + reason;
    }
  }
}
