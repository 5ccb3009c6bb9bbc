package io.hydra.llm;

import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.OptionalLong;

/**
 * One question to an LLM.
 *
 * @param model name that the endpoint knows
 * @param n the number of samples, at least 1
 * @param maxTokens per sample, at most
 * @param seed the same seed and messages give the same texts, where the endpoint knows seeds
 */
public record LlmRequest(
    String model,
    List<ChatMessage> messages,
    int n,
    double temperature,
    int maxTokens,
    OptionalLong seed) {
  public LlmRequest {
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

  /** A request for a task's samples, as serving, base training and evaluation all ask for them. */
  public static LlmRequest samples(
      String model, TaskSpec task, List<ChatMessage> prompt, OptionalLong seed) {
    return new LlmRequest(
        model, prompt, task.candidates(), task.temperature(), task.maxTokens(), seed);
  }

  /** A request for the LLM's own answer: one sample at temperature 0. */
  public static LlmRequest plain(String model, TaskSpec task, List<ChatMessage> prompt) {
    return new LlmRequest(model, prompt, 1, 0, task.maxTokens(), OptionalLong.empty());
  }

  /** The same request to another model. */
  public LlmRequest to(String other) {
    return new LlmRequest(other, messages, n, temperature, maxTokens, seed);
  }

  /** Without the messages, which are a user's. */
  @Override
  public String toString() {
    return "LlmRequest[%s, %d messages, n=%d]".formatted(model, messages.size(), n);
  }
}
