package io.hydra.llm;

import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.ChatMessage.Role;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;

/** Requests and failures for tests. */
final class Requests {
  static final String SECRET = "my secret diary";

  private Requests() {}

  static LlmRequest request(int n) {
    return request(SECRET, n, OptionalLong.empty());
  }

  static LlmRequest request(String text, int n, OptionalLong seed) {
    return request(text, n, 0.7, 64, seed);
  }

  static LlmRequest request(
      String text, int n, double temperature, int maxTokens, OptionalLong seed) {
    return new LlmRequest(
        "small",
        List.of(
            new ChatMessage(Role.SYSTEM, "be brief"),
            new ChatMessage(Role.USER, "colour?"),
            new ChatMessage(Role.ASSISTANT, "blue"),
            new ChatMessage(Role.USER, text)),
        n,
        temperature,
        maxTokens,
        seed);
  }

  static Throwable failure(CompletableFuture<?> reply) {
    return Assertions.catchThrowableOfType(CompletionException.class, reply::join).getCause();
  }

  static LlmException refusal(CompletableFuture<?> reply) {
    return (LlmException) failure(reply);
  }
}
