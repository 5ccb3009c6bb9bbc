package io.hydra.model.task;

import java.util.List;

/** A task as a file states it; what is left out has a default. Null where it says nothing. */
record TaskEntry(
    String id,
    String instruction,
    List<String> options,
    Metric metric,
    Integer retrieved,
    Integer used,
    Integer candidates,
    Double temperature,
    Integer maxTokens,
    Boolean rerank,
    Double margin) {
  private static final int RETRIEVED = 10;
  private static final int USED = 4;
  private static final int CANDIDATES = 8;
  private static final double TEMPERATURE = 1;
  private static final int MAX_TOKENS = 64;

  static TaskEntry of(TaskSpec task) {
    return new TaskEntry(
        task.id(),
        task.instruction(),
        task.options(),
        task.metric(),
        task.retrieved(),
        task.used(),
        task.candidates(),
        task.temperature(),
        task.maxTokens(),
        task.rerank(),
        task.margin());
  }

  TaskSpec toSpec() {
    return new TaskSpec(
        id,
        instruction == null ? null : instruction.strip(),
        options == null ? null : options.stream().map(TaskEntry::oneLine).toList(),
        metric,
        or(retrieved, RETRIEVED),
        or(used, USED),
        or(candidates, CANDIDATES),
        or(temperature, TEMPERATURE),
        or(maxTokens, MAX_TOKENS),
        rerank,
        or(margin, 0));
  }

  private static String oneLine(String option) {
    return option == null ? "" : option.strip().replaceAll("\\s+", " ");
  }

  private static int or(Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  private static double or(Double value, double otherwise) {
    return value == null ? otherwise : value;
  }
}
