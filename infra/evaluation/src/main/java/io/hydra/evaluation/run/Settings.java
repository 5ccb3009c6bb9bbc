package io.hydra.evaluation.run;

import io.hydra.evaluation.method.Method;
import io.hydra.model.CallSaving;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The choice of what to measure.
 *
 * @param seeds one base and one set of samples each; what draws no chance is asked once
 * @param baseCalls LLM calls that teach the base how far to trust the samples, per round and seed
 * @param threads users that are run at once
 * @param callPrice the loss that a call must save at least where calls are saved
 */
public record Settings(
    TaskSpec task,
    QuestionMode mode,
    Set<Method> methods,
    List<Long> seeds,
    int baseCalls,
    int threads,
    double callPrice,
    FitSettings fit) {

  /** The saving of calls, which open tasks do not have. */
  public CallSaving saving() {
    return task.isClosed() ? new CallSaving(Map.of(task.id(), callPrice)) : CallSaving.NONE;
  }

  /** The questions asked of a user. */
  public enum QuestionMode {
    /** LaMP's one question, with the whole profile as history. */
    LAMP,
    /** Each of the last fifth of the items, with the earlier ones as history, then learned. */
    LAST20,
    /** Every item, with the earlier ones as history, then learned. */
    ALL;

    /** Index of the first item that is asked, of {@code items}. */
    public int firstAsked(int items) {
      return switch (this) {
        case LAMP -> items;
        case LAST20 -> items - (items + 4) / 5;
        case ALL -> 0;
      };
    }
  }
}
