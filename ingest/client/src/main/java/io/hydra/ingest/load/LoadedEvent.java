package io.hydra.ingest.load;

import io.hydra.schemas.avro.BehaviorEvent;
import java.util.List;

/** One entry of a file: an event, or why there is none. */
public sealed interface LoadedEvent {
  /**
   * A well-formed entry.
   *
   * @param ignored names of its fields that events do not have, which may be a user's text
   */
  record Good(BehaviorEvent event, List<String> ignored) implements LoadedEvent {}

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
