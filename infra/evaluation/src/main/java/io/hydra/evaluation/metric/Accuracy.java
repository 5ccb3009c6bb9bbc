package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;

/**
 * Share of answers that name the gold option. An answer that names none is wrong, even where the
 * gold is no option either.
 */
public record Accuracy(TaskSpec task) implements Measure {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public boolean perUser() {
    return true;
  }

  @Override
  public int width() {
    return 2;
  }

  @Override
  public double[] statistics(String answer, String gold) {
    int option = task.indexOf(answer);
    return new double[] {option >= 0 && option == task.indexOf(gold) ? 1 : 0, 1};
  }

  @Override
  public double value(double[] sum) {
    return sum[0] / sum[1];
  }
}
