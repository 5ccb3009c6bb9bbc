package io.hydra.model.base;

import io.hydra.model.task.Metric;
import io.hydra.model.task.TaskSpec;
import java.util.List;

/** Picks the answer that the task's metric rewards. */
public final class Decision {
  private Decision() {}

  /**
   * @param candidates in the order of the options where the metric is MAE
   * @param probabilities one per candidate, summing to 1
   * @return index of the answer; the first one where candidates are equal
   */
  public static int pick(TaskSpec task, List<String> candidates, double[] probabilities) {
    if (task.metric() == Metric.MAE) {
      double below = 0;
      for (int c = 0; c < candidates.size(); c++) {
        below += probabilities[c];
        if (below >= 0.5) {
          return c;
        }
      }
      return candidates.size() - 1;
    }
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }
}
