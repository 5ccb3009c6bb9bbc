package io.hydra.evaluation.privacy;

import java.util.Arrays;

/**
 * Guesses whether an event was in a history, from what was exported of it: the more likely it is
 * thought to have been, the higher.
 */
final class Membership {
  private double[] in = {};
  private double[] out = {};

  void add(double whereItWas, double whereItWasNot) {
    in = append(in, whereItWas);
    out = append(out, whereItWasNot);
  }

  void add(Membership other) {
    for (int i = 0; i < other.in.length; i++) {
      add(other.in[i], other.out[i]);
    }
  }

  int events() {
    return in.length;
  }

  /**
   * The area under the ROC curve: the chance that a history with its event gets the higher guess
   * than one without (Mann and Whitney, 1947). A half says that nothing can be told.
   */
  double auc() {
    double wins = 0;
    for (double with : in) {
      for (double without : out) {
        wins += with > without ? 1 : with == without ? 0.5 : 0;
      }
    }
    return wins / in.length / out.length;
  }

  private static double[] append(double[] values, double value) {
    double[] longer = Arrays.copyOf(values, values.length + 1);
    longer[values.length] = value;
    return longer;
  }
}
