package io.hydra.infra.lag;

import com.fasterxml.jackson.annotation.JsonFormat;

/**
 * The status of a partition or group, with the numbers that Burrow gives them. {@link
 * StatusEvaluator} judges.
 */
@JsonFormat(shape = JsonFormat.Shape.STRING)
public enum Status {
  NOT_FOUND,
  OK,
  /** It is consumed, and the lag never shrinks. */
  WARN,
  /** Of a group: one of its partitions is in one of the states below. */
  ERROR,
  /** The consumer is not there any more, or has not committed for longer than it used to. */
  STOP,
  /** The consumer is there, and its offset does not move. */
  STALL,
  /** The offset went back. */
  REWIND;

  /** Burrow's number. */
  public int code() {
    return ordinal();
  }

  /** The same as a group's status. */
  Status ofGroup() {
    return compareTo(ERROR) > 0 ? ERROR : this;
  }
}
