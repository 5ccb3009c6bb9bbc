package io.hydra.model;

import io.hydra.model.Reading.Choice;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.Heads;
import java.util.Map;
import java.util.Optional;

/**
 * Answers a closed task's questions without the LLM where the user's head is so certain that asking
 * would save less than it costs. Some of them are asked all the same, so that what asking is worth
 * goes on to be seen. Serving runs it, and evaluation measures it.
 *
 * @param prices of a call, by task: the loss that it must save ({@link
 *     io.hydra.model.base.Decision#lossUnasked}); tasks that are not there are always asked
 */
public record CallSaving(Map<String, Double> prices) {
  /** Every question is asked. */
  public static final CallSaving NONE = new CallSaving(Map.of());

  private static final int PERCENT_EXPLORED = 5;
  private static final int PERCENT = 100;

  /** 2³² over the golden ratio: ids that differ little are far apart. */
  private static final int SPREAD = 0x9E3779B9;

  public CallSaving {
    prices = Map.copyOf(prices);
  }

  /**
   * Checks what an operator wants.
   *
   * @throws UserException if a task is not in the catalogue, or not closed, or a loss no number
   *     from 0 on
   */
  public static CallSaving of(Map<String, Double> prices, TaskCatalogue tasks) {
    prices.forEach(
        (id, loss) -> {
          if (tasks.find(id).filter(TaskSpec::isClosed).isEmpty()) {
            throw new UserException("--save-calls: %s is no closed task of the base".formatted(id));
          }
          if (!(loss >= 0) || loss.isInfinite()) {
            throw new UserException("--save-calls: %s needs a loss of 0 or more".formatted(id));
          }
        });
    return new CallSaving(prices);
  }

  /**
   * The answer that needs no call.
   *
   * @param heads {@link Heads#NONE} for a user without
   * @param queryId the same query is always explored, or never
   * @return empty if the LLM is to be asked
   */
  public Optional<Choice> answer(TaskSpec task, Reading reading, Heads heads, String queryId) {
    return isAsked(task, queryId)
        ? Optional.empty()
        : reading.chooseUnasked(heads, prices.get(task.id()));
  }

  /** Tells whether the LLM is asked, whatever the answer would be. */
  public boolean isAsked(TaskSpec task, String queryId) {
    return !prices.containsKey(task.id()) || isExplored(queryId);
  }

  /** Tells whether a query is asked though it may need no call. */
  public static boolean isExplored(String queryId) {
    int spread = queryId.hashCode() * SPREAD;
    return Math.floorMod(spread >>> 8, PERCENT) < PERCENT_EXPLORED;
  }
}
