package io.hydra.trainer.llm;

import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.ChatMessage.Role;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;

/** Requests and failures for tests. */
final class Chats {
  static final String SECRET = "my secret diary";

  private Chats() {}

  static ChatRequest request(int n) {
    return request(SECRET, n, OptionalLong.empty());
  }

  static ChatRequest request(String text, int n, OptionalLong seed) {
    return new ChatRequest(
        "small",
        List.of(
            new ChatMessage(Role.SYSTEM, "be brief"),
            new ChatMessage(Role.USER, "colour?"),
            new ChatMessage(Role.ASSISTANT, "blue"),
            new ChatMessage(Role.USER, text)),
        n,
        0.7,
        16,
        seed);
  }

  static Throwable failure(CompletableFuture<ChatReply> reply) {
    return Assertions.catchThrowableOfType(CompletionException.class, reply::join).getCause();
  }

  static ChatException refusal(CompletableFuture<ChatReply> reply) {
    return (ChatException) failure(reply);
  }
}
