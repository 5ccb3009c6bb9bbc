package io.hydra.serving.answer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Why there was no time for a query, with a hint where a clock may be to blame. */
final class Deadlines {
  private Deadlines() {}

  /** The reason for a query whose time was up when, or before, its turn came. */
  static String reason(Question question) {
    Instant deadline = question.query().getDeadline();
    if (deadline.isAfter(question.deadline())) {
      return "the query waited for its turn for as long as an answer may take at most"
          + " (--max-answer-time)";
    }
    if (question.acceptedAt().isBefore(deadline)) {
      return "the deadline passed while the query waited for its turn";
    }
    Duration late = Duration.between(deadline, question.acceptedAt());
    return "the deadline had passed before work began, by %d ms when the query was read: if that is"
            .formatted(millis(late))
        + " usual, compare the clocks of the app and of serving";
  }

  /** A deadline may lie further back than milliseconds can count. */
  private static long millis(Duration late) {
    return late.toSeconds() < Long.MAX_VALUE / 1_000 ? late.toMillis() : Long.MAX_VALUE;
  }

  /**
   * The reason for a query whose time was up while Redis was asked.
   *
   * @param faults of Redis; empty if it answered
   */
  static String whileLookingUp(List<String> faults) {
    return faults.isEmpty()
        ? "the deadline passed before the LLM was asked"
        : "the query may have been answered before, and what would tell was not to be had before"
            + " the deadline: "
            + String.join("; ", faults);
  }
}
