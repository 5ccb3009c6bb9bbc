package io.hydra.trainer.llm;

import java.util.List;

/**
 * What an LLM answered.
 *
 * @param texts at least one; may be fewer than asked for; one may be empty
 * @param promptTokens of all calls that it took; 0 if the endpoint does not tell
 * @param completionTokens of all texts together; 0 if the endpoint does not tell
 * @param millis from the first attempt to the last byte, without the time in the queue; of a reply
 *     that was kept: when it was made
 */
public record ChatReply(List<String> texts, int promptTokens, int completionTokens, long millis) {
  public ChatReply {
    texts = List.copyOf(texts);
  }

  /** Without the texts, which may quote a user. */
  @Override
  public String toString() {
    return "ChatReply[%d texts, %d+%d tokens, %d ms]"
        .formatted(texts.size(), promptTokens, completionTokens, millis);
  }
}
