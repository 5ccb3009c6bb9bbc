package io.hydra.model.base;

import io.hydra.model.feature.Samples;
import io.hydra.model.task.Metric;
import io.hydra.model.task.TaskSpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Picks the answer that the task's metric rewards. */
public final class Decision {
  private Decision() {}

  /**
   * @param candidates all options, in their order, where the task is closed
   * @param probabilities one per candidate, summing to 1
   * @param samples the LLM's: where the task is closed and the answer is not better than the LLM's
   *     own by more than the task's margin, the LLM's own stands
   * @return index of the answer; the first one where candidates are equal
   */
  public static int pick(
      TaskSpec task, List<String> candidates, double[] probabilities, Samples samples) {
    double[] worth = worth(task, candidates, probabilities, task.metric()::loss);
    int best = best(worth);
    if (!task.isClosed() || samples.isMissing() || task.margin() == 0) {
      return best;
    }
    int own = best(worth(task, candidates, samples.shares(candidates), task.metric()::loss));
    return worth[best] - worth[own] > task.margin() ? best : own;
  }

  /**
   * The lead of the best answer over the next where a call may be saved: the difference of their
   * worths over the sum of their sizes, 0 to 1. An LLM's samples change the answer where they make
   * up for it. Worths are by {@link Metric#lossUnasked}, as {@link #lossUnasked} is, so the best
   * answer here need not be the one that {@link #pick} gives.
   *
   * @param candidates and probabilities: as in {@link #pick}, in any order
   */
  public static double lead(TaskSpec task, List<String> candidates, double[] probabilities) {
    double[] worth = worth(task, candidates, probabilities, task.metric()::lossUnasked).clone();
    Arrays.sort(worth);
    double best = worth[worth.length - 1];
    double next = worth.length == 1 ? 0 : worth[worth.length - 2];
    double size = Math.abs(best) + Math.abs(next);
    return size == 0 ? 0 : (best - next) / size;
  }

  /**
   * The loss of an answer to a closed task beside the price of a call: 0 or 1, or of ordered
   * options {@link Metric#lossUnasked}.
   *
   * @param answer and wanted: places among the options
   */
  public static double lossUnasked(TaskSpec task, int answer, int wanted) {
    return task.isOrdinal()
        ? task.metric().lossUnasked(value(task, wanted) - value(task, answer))
        : answer == wanted ? 0 : 1;
  }

  private static double value(TaskSpec task, int option) {
    return Double.parseDouble(task.options().get(option));
  }

  /**
   * The quality of an answer to a closed task, 0 to 1: of ordered options less by each step.
   *
   * @param answer and wanted: places among the options
   */
  public static double quality(TaskSpec task, int answer, int wanted) {
    double steps = Math.abs(answer - wanted);
    return 1 - (task.isOrdinal() ? steps / (task.options().size() - 1) : Math.min(1, steps));
  }

  private static int best(double[] worth) {
    int best = 0;
    for (int c = 1; c < worth.length; c++) {
      best = worth[c] > worth[best] ? c : best;
    }
    return best;
  }

  /**
   * The loss to expect of each answer of ordered options, with its sign turned; else its belief.
   */
  private static double[] worth(
      TaskSpec task, List<String> candidates, double[] p, DoubleUnaryOperator lossOfError) {
    if (!task.isOrdinal()) {
      return p;
    }
    double[] values = candidates.stream().mapToDouble(Double::parseDouble).toArray();
    double[] worth = new double[p.length];
    for (int answer = 0; answer < p.length; answer++) {
      double loss = 0;
      for (int c = 0; c < p.length; c++) {
        loss += p[c] * lossOfError.applyAsDouble(values[c] - values[answer]);
      }
      worth[answer] = -loss;
    }
    return worth;
  }
}
