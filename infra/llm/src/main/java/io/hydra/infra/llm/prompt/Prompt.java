package io.hydra.infra.llm.prompt;

import java.util.List;

/**
 * A few-shot question.
 *
 * @param options the closed set of answers as written; empty where the answer is open text
 * @param examples in the order of the messages
 * @param text what the answer is about, without the instruction
 */
public record Prompt(List<String> options, List<Example> examples, String text) {
  public Prompt {
    options = List.copyOf(options);
    examples = List.copyOf(examples);
  }

  /** A text and its answer, from a user message and the assistant's reply to it. */
  public record Example(String text, String answer) {}
}
