package io.hydra.infra.llm.prompt;

import java.util.List;

/**
 * A few-shot question.
 *
 * @param options the closed set of answers as written; empty where the answer is open text
 * @param examples in the order of the messages
 * @param text what the answer is about, without the instruction
 * @param profile what the system messages say about the person
 * @param asksForProfile whether the person is to be described, not answered for
 */
public record Prompt(
    List<String> options,
    List<Example> examples,
    String text,
    PersonProfile profile,
    boolean asksForProfile) {
  public Prompt {
    options = List.copyOf(options);
    examples = List.copyOf(examples);
  }

  /** A question that comes without a profile. */
  public Prompt(List<String> options, List<Example> examples, String text) {
    this(options, examples, text, PersonProfile.NONE, false);
  }

  /** A text and its answer, from a user message and the assistant's reply to it. */
  public record Example(String text, String answer) {}

  /** One chat message; an array of text parts is joined by line breaks. */
  public record Message(String role, String content) {
    public boolean isUser() {
      return role.equals("user");
    }

    public boolean isAssistant() {
      return role.equals("assistant");
    }

    public boolean isInstruction() {
      return role.equals("system") || role.equals("developer");
    }
  }
}
