package io.hydra.trainer.evidence;

import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import java.time.Instant;
import java.util.Comparator;

/**
 * The knowledge of one answer: its exposure, the verdict that stands on it, or both.
 *
 * @param verdictTask the task that the verdict names; empty without one, or if there is no such
 *     task. Where both are known, the exposure's counts
 * @param exposure null if not known yet
 * @param verdict null if there is none yet
 */
record Evidence(String verdictTask, Exposure exposure, GivenVerdict verdict) {
  static final Evidence NOTHING = new Evidence("", null, null);

  private static final Comparator<GivenVerdict> LATER_VERDICT =
      Comparator.comparing(GivenVerdict::getOccurredAt)
          .thenComparing(GivenVerdict::getEventId)
          // One event id with two contents is a sender's mistake; which one stands is decided here.
          .thenComparing(Comparator.naturalOrder());

  /** By the time that erasures go by first: else it would matter when one comes between two. */
  private static final Comparator<Exposure> LATER_EXPOSURE =
      Comparator.comparing(Exposure::getAskedAt)
          .thenComparing(Exposure::getShownAt)
          .thenComparing(Comparator.naturalOrder());

  boolean isEmpty() {
    return exposure == null && verdict == null;
  }

  boolean isJudged() {
    return exposure != null && verdict != null;
  }

  String task() {
    return exposure == null ? verdictTask : exposure.getTask();
  }

  /** The later of its moments: when it was shown, when it was judged. */
  Instant latest() {
    if (exposure == null) {
      return verdict.getOccurredAt();
    }
    return verdict == null || verdict.getOccurredAt().isBefore(exposure.getShownAt())
        ? exposure.getShownAt()
        : verdict.getOccurredAt();
  }

  /** Above zero if {@code other} stands over what is known, zero if it is known already. */
  int compareTo(GivenVerdict other) {
    return verdict == null ? 1 : LATER_VERDICT.compare(other, verdict);
  }

  /** The same for an exposure. */
  int compareTo(Exposure other) {
    return exposure == null ? 1 : LATER_EXPOSURE.compare(other, exposure);
  }

  Evidence with(String task, GivenVerdict other) {
    return new Evidence(task, exposure, other);
  }

  Evidence with(Exposure other) {
    return new Evidence(verdictTask, other, verdict);
  }

  /**
   * Itself without what is gone once everything from {@code moment} or before is gone. An exposure
   * counts from when it was asked for: its input is older than the answer.
   */
  Evidence after(Instant moment) {
    boolean shownLater = exposure != null && exposure.getAskedAt().isAfter(moment);
    boolean judgedLater = verdict != null && verdict.getOccurredAt().isAfter(moment);
    return new Evidence(
        judgedLater ? verdictTask : "", shownLater ? exposure : null, judgedLater ? verdict : null);
  }
}
