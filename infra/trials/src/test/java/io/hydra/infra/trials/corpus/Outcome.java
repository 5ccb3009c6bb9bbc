package io.hydra.infra.trials.corpus;

import io.hydra.schemas.avro.ResponseStatus;
import java.util.Set;

/** The expected end of a case. */
public sealed interface Outcome {
  /** The event is in its user's history. */
  record Entered() implements Outcome {}

  /**
   * The record is on the dead-letter topic of its topic.
   *
   * @param exceptionClass simple name, as in the header of the letter
   */
  record DeadLetter(String exceptionClass) implements Outcome {}

  /** The query has one response, of one of these statuses. */
  record Answered(Set<ResponseStatus> statuses) implements Outcome {
    public Answered {
      statuses = Set.copyOf(statuses);
    }
  }

  /** Neither a history nor the dead letters have it: a valid record that adds no item. */
  record Silent() implements Outcome {}

  Outcome ENTERED = new Entered();
  Outcome SILENT = new Silent();
  Outcome UNDECODABLE = new DeadLetter("UndecodableRecordException");
  Outcome REJECTED = new DeadLetter("RejectedRecordException");

  static Outcome answered(ResponseStatus... statuses) {
    return new Answered(Set.of(statuses));
  }
}
