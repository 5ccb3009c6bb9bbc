package io.hydra.trainer.llm;

import io.hydra.model.prompt.ChatMessage;
import java.util.List;
import java.util.OptionalLong;

/**
 * What an LLM is asked.
 *
 * @param n how many texts, at least 1
 * @param maxTokens at most, per text
 * @param seed the same seed and messages give the same texts, where the endpoint knows seeds
 */
public record ChatRequest(
    String model,
    List<ChatMessage> messages,
    int n,
    double temperature,
    int maxTokens,
    OptionalLong seed) {
  public ChatRequest {
    messages = List.copyOf(messages);
    if (n < 1) {
      throw new IllegalArgumentException("n must be at least 1, not " + n);
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, not " + maxTokens);
    }
    if (!(temperature >= 0)) {
      throw new IllegalArgumentException("temperature must be 0 or more, not " + temperature);
    }
  }

  /** Without the messages, which are a user's. */
  @Override
  public String toString() {
    return "ChatRequest[%s, %d messages, n=%d]".formatted(model, messages.size(), n);
  }
}
