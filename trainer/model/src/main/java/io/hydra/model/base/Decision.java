package io.hydra.model.base;

import io.hydra.model.feature.Samples;
import io.hydra.model.task.TaskSpec;
import java.util.List;

/** Picks the answer that the task's metric rewards. */
public final class Decision {
  private Decision() {}

  /**
   * @param candidates all options, in their order, where the task is closed
   * @param probabilities one per candidate, summing to 1
   * @param samples what the LLM said: where the task is closed and the answer is not better than
   *     the LLM's own by more than the task's margin, the LLM's own stands
   * @return index of the answer; the first one where candidates are equal
   */
  public static int pick(
      TaskSpec task, List<String> candidates, double[] probabilities, Samples samples) {
    int best = best(task, candidates, probabilities);
    if (!task.isClosed() || samples.isMissing() || task.margin() == 0) {
      return best;
    }
    double[] said = new double[candidates.size()];
    for (int c = 0; c < said.length; c++) {
      said[c] = (double) samples.count(candidates.get(c)) / samples.total();
    }
    int own = best(task, candidates, said);
    double gain =
        worth(task, candidates, probabilities, best) - worth(task, candidates, probabilities, own);
    return gain > task.margin() ? best : own;
  }

  private static int best(TaskSpec task, List<String> candidates, double[] p) {
    int best = 0;
    double most = worth(task, candidates, p, 0);
    for (int c = 1; c < p.length; c++) {
      double worth = worth(task, candidates, p, c);
      if (worth > most) {
        best = c;
        most = worth;
      }
    }
    return best;
  }

  /** The metric to expect of an answer, with its sign turned where less is better. */
  private static double worth(TaskSpec task, List<String> candidates, double[] p, int answer) {
    if (!task.isOrdinal()) {
      return p[answer];
    }
    double value = Double.parseDouble(candidates.get(answer));
    double loss = 0;
    for (int c = 0; c < p.length; c++) {
      loss += p[c] * task.metric().loss(Double.parseDouble(candidates.get(c)) - value);
    }
    return -loss;
  }
}
