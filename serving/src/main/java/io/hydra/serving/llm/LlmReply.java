package io.hydra.serving.llm;

import java.util.List;

/**
 * What the LLM said.
 *
 * @param model name as the endpoint reports it
 * @param texts the samples, at least one that is not blank; may be fewer than asked for
 * @param promptTokens 0 if the endpoint does not tell
 * @param completionTokens of all samples together; 0 if the endpoint does not tell
 */
public record LlmReply(String model, List<String> texts, long promptTokens, long completionTokens) {
  public LlmReply {
    texts = List.copyOf(texts);
  }
}
