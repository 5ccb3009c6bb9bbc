package io.hydra.trainer.llm;

import java.util.concurrent.CompletableFuture;

/** A black-box LLM that answers chats. Safe for use by many threads. */
public interface Chat extends AutoCloseable {
  /**
   * Asks without waiting for the answer; what cannot be asked at once is queued.
   *
   * @return completes exceptionally with a {@link ChatException}. What hangs on it runs on a thread
   *     that makes calls: keep it short.
   */
  CompletableFuture<ChatReply> ask(ChatRequest request);

  /** Gives up what is under way or queued. */
  @Override
  void close();
}
