package io.hydra.serving.llm;

/**
 * How the endpoint is reached.
 *
 * @param baseUrl up to and including the version, for instance {@code https://api.openai.com/v1}
 * @param apiKey a secret; local servers ignore it
 * @param maxConcurrent calls under way at once; more wait, and their timeout does not run yet
 */
public record OpenAiOptions(
    String baseUrl, String model, String apiKey, TokenLimit tokenLimit, int maxConcurrent) {

  /** The request's field that bounds a sample's length. */
  public enum TokenLimit {
    /** Known to nearly every compatible server. */
    MAX_TOKENS,
    /** Its successor, the only one that OpenAI's reasoning models take. */
    MAX_COMPLETION_TOKENS
  }

  @Override
  public String toString() {
    return "OpenAiOptions[%s, %s]".formatted(baseUrl, model);
  }
}
