package io.hydra.evaluation.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.model.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Answers as LaMP's own evaluation reads them. */
public final class LampPredictions {
  private LampPredictions() {}

  /**
   * Writes {@code {"task": "LaMP_2", "golds": [{"id", "output"}, ...]}}, whole or not at all. Both
   * variants of LaMP-2 are "LaMP_2", as in LaMP's files.
   *
   * @throws IllegalArgumentException if there is not one answer per question
   */
  public static void write(Path file, TaskSpec task, List<Question> questions, Answers answers)
      throws IOException {
    if (questions.size() != answers.texts().size()) {
      throw new IllegalArgumentException(
          "method %s: %d answers to %d questions"
              .formatted(answers.method(), answers.texts().size(), questions.size()));
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("task", task.id().replaceFirst("^(LaMP_\\d+)[A-Z]$", "$1"));
    root.putArray("golds");
    for (int q = 0; q < questions.size(); q++) {
      ObjectNode gold = root.withArray("/golds").addObject();
      gold.put("id", questions.get(q).id()).put("output", answers.texts().get(q));
    }
    DraftFile.writeJson(file, root);
  }
}
