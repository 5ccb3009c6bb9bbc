package io.hydra.model.feature;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;

/** Shares of the options among a user's past outputs, under some weighting of the items. */
final class Votes {
  private final int[] labels;
  private final int options;

  Votes(TaskSpec task, List<HistoryItem> past) {
    this.labels = past.stream().mapToInt(item -> task.indexOf(item.output())).toArray();
    this.options = task.options().size();
  }

  /**
   * (Σ_i kernel_i [y_i = c] + strength · prior_c) / (Σ_i kernel_i + strength); an item outside the
   * options counts for none.
   *
   * @param kernel one weight per item
   * @param prior one share per option, summing to 1
   */
  double[] shares(double[] kernel, double[] prior, double strength) {
    double[] shares = new double[options];
    double total = strength;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        shares[labels[i]] += kernel[i];
        total += kernel[i];
      }
    }
    for (int c = 0; c < options; c++) {
      shares[c] = (shares[c] + strength * prior[c]) / total;
    }
    return shares;
  }
}
