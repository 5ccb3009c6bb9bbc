package io.hydra.evaluation.result;

import io.hydra.model.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that was measured of one task.
 *
 * @param answers one per method and seed; the methods in the order in which they are shown
 * @param facts the conditions of the measurement (users, folds, seeds, LLM, base …), in the order
 *     of showing
 * @param cohorts of users by their id, beside those that the report makes itself
 */
public record Results(
    TaskSpec task,
    List<Question> questions,
    List<Answers> answers,
    Map<String, Object> facts,
    Map<String, String> cohorts) {
  public Results {
    questions = List.copyOf(questions);
    answers = List.copyOf(answers);
    facts = new LinkedHashMap<>(facts);
    cohorts = Map.copyOf(cohorts);
  }

  /**
   * The answers of one method under one seed.
   *
   * @param texts one per question, in the questions' order; "" where there was no readable answer
   */
  public record Answers(String method, long seed, List<String> texts, Usage usage) {
    public Answers {
      texts = List.copyOf(texts);
    }
  }

  /**
   * One question that every method was asked.
   *
   * @param id unique in its task
   * @param user the one who asks: the unit that the bootstrap resamples
   * @param seen the number of the user's items that came before
   * @param gold the user's own answer
   */
  public record Question(String id, String user, int seen, String gold) {}

  /**
   * The cost of a method's answers, as if it had been the only one: a call that several methods
   * share counts for each of them, and one kept from an earlier run as when it was made.
   *
   * @param llmMillis time spent waiting for the LLM, summed over the calls
   */
  public record Usage(long llmCalls, long promptTokens, long completionTokens, long llmMillis) {
    public static final Usage NONE = new Usage(0, 0, 0, 0);

    public Usage plus(Usage other) {
      return new Usage(
          llmCalls + other.llmCalls,
          promptTokens + other.promptTokens,
          completionTokens + other.completionTokens,
          llmMillis + other.llmMillis);
    }
  }
}
