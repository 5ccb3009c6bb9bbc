package io.hydra.model;

import io.hydra.model.Signal.Shown;
import io.hydra.model.base.Decision;
import io.hydra.model.head.Example.Origin;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** An answer that a user was shown, with the verdict that stands on it. */
public record JudgedAnswer(Exposure exposure, GivenVerdict verdict) {
  /**
   * The reason why the verdict says nothing about what was shown; empty if it teaches. Holds no
   * user text.
   */
  public Optional<String> lackOfSignal(TaskSpec task, VerdictWeights weights) {
    Signal signal = Signal.of(this, Shown.of(exposure, task), task, weights);
    return signal instanceof Signal.None none ? Optional.of(none.reason()) : Optional.empty();
  }

  /**
   * The worth of the choice for this user, beside plain sampling's answer: empty where the verdict
   * does not tell of both. One that accepts or rejects the answer never does; to count it only
   * where it speaks for the answer would flatter.
   */
  public Optional<AnswerGain> gain(TaskSpec task, VerdictWeights weights) {
    if (exposure.getShown() < 0 || exposure.getUnadapted() < 0) {
      return Optional.empty();
    }
    Shown shown = Shown.of(exposure, task);
    int answer = shown.places().get(exposure.getShown());
    int plain = shown.places().get(exposure.getUnadapted());
    Signal signal = Signal.of(this, shown, task, weights);
    ToDoubleFunction<Integer> quality;
    if (signal instanceof Signal.Written written) {
      quality = place -> quality(task, shown.candidates().get(place), written.output());
    } else if (signal instanceof Signal.Preferred preferred
        && preferred.origin() == Origin.CHOICE) {
      quality = place -> place == preferred.candidate() ? 1 : 0;
    } else {
      return Optional.empty();
    }
    if (answer < 0 || plain < 0) {
      return Optional.empty();
    }
    double value = quality.applyAsDouble(answer) - quality.applyAsDouble(plain);
    return Optional.of(
        new AnswerGain(task.id(), exposure.getHistoryVersion(), answer != plain, value));
  }

  /** 0 to 1. */
  private static double quality(TaskSpec task, String answer, String wanted) {
    if (!task.isClosed()) {
      return Rouge.closeness(Words.of(answer), Words.of(wanted));
    }
    return Decision.quality(task, task.indexOf(answer), task.indexOf(wanted));
  }
}
