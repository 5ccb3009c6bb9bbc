package io.hydra.serving.llm;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One attempt at a black-box LLM. Budgets, breakers and measurements wrap it. */
@FunctionalInterface
public interface LlmClient {
  /**
   * Calls the LLM once, without blocking and without retries of its own.
   *
   * @param timeout for the whole call, from connecting to the last byte
   * @return completes exceptionally with an {@link LlmException}
   */
  CompletableFuture<LlmReply> complete(LlmRequest request, Duration timeout);
}
