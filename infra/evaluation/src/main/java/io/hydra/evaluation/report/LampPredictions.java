package io.hydra.evaluation.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.model.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers as LaMP's own evaluation reads them. */
public final class LampPredictions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern VARIANT = Pattern.compile("(LaMP_\\d+)[A-Z]");

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
          "method "
              + answers.method()
              + ": "
              + answers.texts().size()
              + " answers to "
              + questions.size()
              + " questions");
    }
    ObjectNode root = JSON.createObjectNode();
    Matcher variant = VARIANT.matcher(task.id());
    root.put("task", variant.matches() ? variant.group(1) : task.id());
    ArrayNode golds = root.putArray("golds");
    for (int q = 0; q < questions.size(); q++) {
      golds.addObject().put("id", questions.get(q).id()).put("output", answers.texts().get(q));
    }
    DraftFile.write(file, ReportJson.print(root) + "\n");
  }
}
