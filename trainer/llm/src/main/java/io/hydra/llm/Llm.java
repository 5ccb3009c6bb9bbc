package io.hydra.llm;

import java.util.concurrent.CompletableFuture;

/** A black-box LLM that answers chats. Safe for use by many threads. */
public interface Llm extends AutoCloseable {
  /**
   * Asks without waiting for the answer.
   *
   * @param deadline bounds all calls and waits that the request takes
   * @return completes exceptionally with an {@link LlmException}. What depends on it may run on a
   *     thread that makes calls: keep it short.
   */
  CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline);

  /** Gives up what is under way or queued. */
  @Override
  void close();
}
