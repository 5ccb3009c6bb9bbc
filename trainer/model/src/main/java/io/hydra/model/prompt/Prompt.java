package io.hydra.model.prompt;

import java.util.List;

/**
 * A chat to be sent, and what did not fit into it.
 *
 * @param queryCut characters of the query that were left out
 * @param itemsCut items of which not everything was taken in
 */
public record Prompt(List<ChatMessage> messages, int queryCut, int itemsCut) {
  public Prompt {
    messages = List.copyOf(messages);
  }
}
