package io.hydra.evaluation.result;

/**
 * What a method's answers cost, as if it had been the only one: a call that several methods share
 * counts for each of them, and one kept from an earlier run as when it was made.
 *
 * @param llmMillis time spent waiting for the LLM, summed over the calls
 */
public record Usage(long llmCalls, long promptTokens, long completionTokens, long llmMillis) {
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  public Usage plus(Usage other) {
    return new Usage(
        llmCalls + other.llmCalls,
        promptTokens + other.promptTokens,
        completionTokens + other.completionTokens,
        llmMillis + other.llmMillis);
  }
}
