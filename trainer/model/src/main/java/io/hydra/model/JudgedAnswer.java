package io.hydra.model;

import io.hydra.model.Signal.Shown;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import java.util.Optional;

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
}
