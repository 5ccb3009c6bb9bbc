package io.hydra.datasets.lines;

import io.hydra.schemas.avro.BehaviorEvent;
import java.util.List;

/** One line of a file: an event, or why there is none. */
public sealed interface EventLine {
  /** From 1. */
  int number();

  /**
   * An event that keeps the rules.
   *
   * @param named whether the line gives the event's id; else it follows from the content
   * @param ignored names of its fields that events do not have, which may be a user's text
   */
  record Good(int number, BehaviorEvent event, boolean named, List<String> ignored)
      implements EventLine {}

  /**
   * A refused line; the rest of the file is unaffected.
   *
   * @param reason the fault and its remedy; no user text
   */
  record Bad(int number, String reason) implements EventLine {}
}
