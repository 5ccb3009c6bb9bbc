package io.hydra.trainer.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers as a function says; counts. */
final class FakeChat implements Chat {
  final List<ChatRequest> asked = new ArrayList<>();
  boolean closed;
  private Function<ChatRequest, CompletableFuture<ChatReply>> answer =
      request -> CompletableFuture.completedFuture(replyTo(request));

  static ChatReply replyTo(ChatRequest request) {
    String said = request.messages().get(request.messages().size() - 1).content();
    return new ChatReply(List.of("re " + said, "né"), 11, 7, 5);
  }

  void answer(Function<ChatRequest, CompletableFuture<ChatReply>> answer) {
    this.answer = answer;
  }

  @Override
  public synchronized CompletableFuture<ChatReply> ask(ChatRequest request) {
    asked.add(request);
    return answer.apply(request);
  }

  @Override
  public void close() {
    closed = true;
  }
}
