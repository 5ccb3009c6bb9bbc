package io.hydra.model.prompt;

/**
 * The bounds of a prompt's content.
 *
 * @param maxTokens of the prompt, as {@link Tokens#most} counts them; instruction, options and the
 *     beginning of the query are there whatever it is
 * @param redactor finds what it must not tell
 */
public record PromptRules(int maxTokens, Redactor redactor) {
  /** Any prompt is good. */
  public static final PromptRules NONE = new PromptRules(Integer.MAX_VALUE, Redactor.NONE);
}
