package io.hydra.model.feature;

import java.util.List;

/** Shares of the options among a user's past outputs, under some weighting of the items. */
final class Votes {
  private final int[] labels;
  private final int options;

  /**
   * @param labels which option each output is, or {@link Timeline#NO_OPTION}
   * @param options how many there are
   */
  Votes(List<Integer> labels, int options) {
    this.labels = labels.stream().mapToInt(Integer::intValue).toArray();
    this.options = options;
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
