package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;
import java.util.List;

/** Which measures a task has. */
public final class Measures {
  private Measures() {}

  /** In the order in which they are shown; the first is the one to look at first. */
  public static List<Measure> of(TaskSpec task) {
    if (task.isOrdinal()) {
      return List.of(
          new Accuracy(task), RatingError.absolute(task), RatingError.rootMeanSquare(task));
    }
    if (task.isClosed()) {
      return List.of(new Accuracy(task), new MacroF1(task));
    }
    return List.of(RougeF.one(), RougeF.longest(), new Bleu());
  }
}
