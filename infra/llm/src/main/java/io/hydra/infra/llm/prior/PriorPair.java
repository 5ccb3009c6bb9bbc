package io.hydra.infra.llm.prior;

import static java.util.Objects.requireNonNull;

/** One line of sample text: an input of a task and what some person answered. */
public record PriorPair(String task, String input, String output) {
  public PriorPair {
    requireNonNull(task, "task");
    requireNonNull(input, "input");
    requireNonNull(output, "output");
  }
}
