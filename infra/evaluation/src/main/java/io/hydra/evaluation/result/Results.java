package io.hydra.evaluation.result;

import io.hydra.model.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that was measured of one task.
 *
 * @param answers one per method and seed; the methods in the order in which they are shown
 * @param facts how it was measured (users, folds, seeds, LLM, base …), in the order of showing
 */
public record Results(
    TaskSpec task, List<Question> questions, List<Answers> answers, Map<String, Object> facts) {
  public Results {
    questions = List.copyOf(questions);
    answers = List.copyOf(answers);
    facts = new LinkedHashMap<>(facts);
  }
}
