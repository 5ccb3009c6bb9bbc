package io.hydra.model.task;

import io.hydra.schemas.user.EventRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rules of tasks. */
final class TaskRules {
  /** The names that a metric can have. */
  static final String METRICS =
      Arrays.stream(Metric.values()).map(Metric::name).collect(Collectors.joining(", "));

  private TaskRules() {}

  /** Every rule that the task breaks, each with the key and the remedy. */
  static List<String> problems(TaskSpec task) {
    List<String> problems = new ArrayList<>();
    if (task.id() == null || !EventRules.isTaskId(task.id())) {
      problems.add("id must be 1 to 64 letters, digits, '.', '_' or '-'");
    }
    if (task.instruction() == null || task.instruction().isBlank()) {
      problems.add("instruction must say what the LLM shall do");
    } else if (task.instruction().lines().count() > 1) {
      problems.add("instruction must be one line");
    }
    if (task.metric() == null) {
      problems.add("metric must be one of " + METRICS);
    }
    optionProblems(task, problems);
    if (!(task.margin() >= 0 && task.margin() < 1)) {
      problems.add("margin must be at least 0 and below 1");
    } else if (task.margin() > 0 && !task.isClosed()) {
      problems.add("margin goes with options; leave it out for open text");
    }
    if (task.used() < 1 || task.retrieved() < task.used()) {
      problems.add("used must be at least 1 and retrieved at least used");
    }
    if (task.candidates() < 1 || task.maxTokens() < 1) {
      problems.add("candidates and maxTokens must be at least 1");
    }
    if (!(task.temperature() >= 0 && task.temperature() <= 2)) {
      problems.add("temperature must be between 0 and 2");
    }
    return problems;
  }

  private static void optionProblems(TaskSpec task, List<String> problems) {
    Set<String> different =
        task.options().stream().map(ReplyText::fold).collect(Collectors.toSet());
    if (different.size() != task.options().size()) {
      problems.add("options must differ from each other by more than case");
    }
    if (different.contains("")) {
      problems.add("options must not be empty");
    }
    // The prompt lists them with commas.
    if (different.stream().anyMatch(o -> o.contains(","))) {
      problems.add("options must have no commas");
    }
    if (task.options().size() == 1) {
      problems.add("options needs at least two, or none for open text");
    }
    if (task.metric() != null && task.isClosed() == (task.metric() == Metric.ROUGE)) {
      problems.add("metric ROUGE goes with open text, the others with options");
    }
    if (task.isClosed() && task.isOrdinal() && !areRising(task.options())) {
      problems.add("metric " + task.metric() + " needs options that are rising numbers");
    }
  }

  private static boolean areRising(List<String> options) {
    try {
      double[] values = options.stream().mapToDouble(Double::parseDouble).toArray();
      return Arrays.stream(values).allMatch(Double::isFinite)
          && IntStream.range(1, values.length).allMatch(i -> values[i] > values[i - 1]);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
