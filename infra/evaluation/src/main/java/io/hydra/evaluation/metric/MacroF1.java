package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;

/**
 * Mean over <em>all</em> options of F1 = 2 hits / (answered + gold), as LaMP has it: an option that
 * is never answered or never gold counts 0, and an answer that is no option misses the gold one.
 */
public record MacroF1(TaskSpec task) implements Measure {
  @Override
  public String name() {
    return "f1";
  }

  /** Per option: hits, times answered, times gold. */
  @Override
  public int width() {
    return 3 * task.options().size();
  }

  @Override
  public double[] statistics(String answer, String gold) {
    double[] statistics = new double[width()];
    int answered = task.indexOf(answer);
    int right = task.indexOf(gold);
    if (answered >= 0) {
      statistics[3 * answered + 1] = 1;
      statistics[3 * answered] = answered == right ? 1 : 0;
    }
    if (right >= 0) {
      statistics[3 * right + 2] = 1;
    }
    return statistics;
  }

  @Override
  public double value(double[] sum) {
    double total = 0;
    for (int i = 0; i < sum.length; i += 3) {
      total += sum[i] == 0 ? 0 : 2 * sum[i] / (sum[i + 1] + sum[i + 2]);
    }
    return total / task.options().size();
  }
}
