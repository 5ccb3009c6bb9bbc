package io.hydra.trainer.evidence;

import io.hydra.model.JudgedAnswer;
import io.hydra.model.VerdictWeights;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.user.EventRules;
import java.time.Duration;
import java.util.Optional;

/**
 * The rules of what a verdict teaches, and of how much is kept of a user and task.
 *
 * @param tasks of the bases in use
 * @param weights of verdicts in fits
 * @param window above zero; a verdict that comes longer after the answer teaches nothing
 * @param unjudged most answers without a verdict
 * @param taught most answers with a verdict that teaches
 * @param others most verdicts that teach nothing, or not yet, since the answer is not known
 */
public record EvidenceRules(
    TaskCatalogue tasks,
    VerdictWeights weights,
    Duration window,
    int unjudged,
    int taught,
    int others) {
  private static final int MAX_UNJUDGED = 32;
  private static final int MAX_JUDGED = 64;

  /** Records on their way may be so late behind the stream. */
  private static final Duration ON_THE_WAY = Duration.ofHours(1);

  /** 32 answers without a verdict, 64 with one, 64 verdicts that do not teach. */
  public EvidenceRules(TaskCatalogue tasks, VerdictWeights weights, Duration window) {
    this(tasks, weights, window, MAX_UNJUDGED, MAX_JUDGED, MAX_JUDGED);
  }

  /**
   * The outcome of a verdict.
   *
   * @param reason the reason why it says nothing about what was shown, or the verdict whose place
   *     it takes; null where there is nothing to say. Holds no user text
   * @param gain the worth of the choice of the answer; null where the verdict does not tell
   */
  public record Decision(Outcome outcome, String reason, AnswerGain gain) {
    static Decision of(Outcome outcome) {
      return new Decision(outcome, null, null);
    }

    /** The same for a verdict that comes after another one on the answer. */
    Decision inPlaceOfAnother() {
      return outcome == Outcome.JOINED
          ? new Decision(
              outcome,
              "it takes the place of an earlier verdict on this answer",
              // An answer counts once, by its first verdict or not at all.
              null)
          : this;
    }

    static Decision noSignal(String reason) {
      return new Decision(Outcome.NO_SIGNAL, reason, null);
    }
  }

  /** The outcome of the verdict that stands on an answer. */
  Decision decide(Evidence evidence) {
    if (evidence.exposure() == null) {
      return Decision.of(Outcome.WAITING);
    }
    Duration after =
        Duration.between(evidence.exposure().getShownAt(), evidence.verdict().getOccurredAt());
    if (after.compareTo(window) > 0) {
      return Decision.of(Outcome.LATE);
    }
    Optional<TaskSpec> task = tasks.find(evidence.task());
    if (task.isEmpty()) {
      return Decision.noSignal("the answer's task is not in the catalogue any more");
    }
    JudgedAnswer judged = new JudgedAnswer(evidence.exposure(), evidence.verdict());
    return judged
        .lackOfSignal(task.get(), weights)
        .map(
            reason ->
                fits(evidence.exposure(), evidence.verdict())
                    ? Decision.noSignal(reason)
                    : new Decision(Outcome.INAPPLICABLE, reason, null))
        .orElseGet(
            () ->
                new Decision(Outcome.JOINED, null, judged.gain(task.get(), weights).orElse(null)));
  }

  /**
   * Tells whether a verdict can be about the answer: not if it chose a candidate that there is not,
   * or rewrote the answer of a closed task to none of its options.
   *
   * @param exposure null if not known yet, so that it may be
   */
  boolean fits(Exposure exposure, GivenVerdict verdict) {
    if (exposure == null) {
      return true;
    }
    Feedback feedback = verdict.getFeedback();
    if (EventRules.problemOfChoice(feedback, exposure.getCandidates().size()).isPresent()) {
      return false;
    }
    return feedback.getVerdict() != Verdict.EDITED
        || tasks
            .find(exposure.getTask())
            .filter(task -> task.isClosed() && task.normalize(feedback.getText()).isEmpty())
            .isEmpty();
  }

  boolean teaches(Evidence evidence) {
    return evidence.isJudged() && decide(evidence).outcome() == Outcome.JOINED;
  }

  /**
   * Tells whether it can be forgotten: it teaches nothing, and all that could still join it would
   * come too late.
   */
  boolean isOutdated(Evidence evidence, long streamTime) {
    long age = streamTime - evidence.latest().toEpochMilli() - ON_THE_WAY.toMillis();
    return age > window.toMillis() && !teaches(evidence);
  }
}
