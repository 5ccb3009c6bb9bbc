package io.hydra.evaluation.privacy;

import java.util.ArrayList;
import java.util.List;

/**
 * Guesses whether an event was in a history, from what was exported of it: the more likely it is
 * thought to have been, the higher.
 */
final class Membership {
  private final List<Double> in = new ArrayList<>();
  private final List<Double> out = new ArrayList<>();

  void add(double whereItWas, double whereItWasNot) {
    in.add(whereItWas);
    out.add(whereItWasNot);
  }

  void add(Membership other) {
    in.addAll(other.in);
    out.addAll(other.out);
  }

  int events() {
    return in.size();
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
    return wins / in.size() / out.size();
  }
}
