package io.hydra.model;

import io.hydra.model.Reading.Choice;

/**
 * An answer that the heads give without the LLM.
 *
 * @param choice of one of a closed task's options
 * @param probability that it is what the user wants, 0 to 1
 */
public record Certainty(Choice choice, double probability) {
  /** The option. */
  public String answer() {
    return choice.text();
  }
}
