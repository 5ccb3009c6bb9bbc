package io.hydra.infra.cli;

import io.hydra.model.task.TaskSpec;
import java.util.Locale;

/** Says in one sentence how a task's answer is chosen from the candidates. */
final class DecisionRule {
  private DecisionRule() {}

  /** Without a full stop. */
  static String of(TaskSpec task) {
    String best =
        switch (task.metric()) {
          case ACCURACY, ROUGE -> "the candidate with the highest score";
          case MAE -> "the least absolute error to expect by the scores, which is their median";
          case MSE -> "the least squared error to expect by the scores: nearest to their mean";
          case MAE_AND_RMSE ->
              "the least error to expect by the scores, absolute and squared (|e| + e\u00b2/2),"
                  + " which need not be the highest score";
        };
    return !task.isClosed() || task.margin() == 0
        ? best
        : best
            + String.format(
                Locale.ROOT,
                "; the LLM's own answer stands unless this is better by more than %s",
                task.margin());
  }
}
