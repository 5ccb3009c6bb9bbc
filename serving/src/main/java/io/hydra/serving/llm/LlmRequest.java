package io.hydra.serving.llm;

import io.hydra.model.prompt.ChatMessage;
import java.util.List;

/**
 * One call of the LLM.
 *
 * @param n how many samples
 * @param maxTokens per sample, at most
 */
public record LlmRequest(List<ChatMessage> messages, int n, double temperature, int maxTokens) {
  public LlmRequest {
    messages = List.copyOf(messages);
  }
}
