package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;

/**
 * Share of answers that name the gold option. An answer that names none is wrong, even where the
 * gold is not an option either.
 */
public final class Accuracy extends MeanMeasure {
  private final TaskSpec task;

  public Accuracy(TaskSpec task) {
    this.task = task;
  }

  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  double score(String answer, String gold) {
    int option = task.indexOf(answer);
    return option >= 0 && option == task.indexOf(gold) ? 1 : 0;
  }
}
