package io.hydra.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers as a function says; counts. */
final class FakeLlm implements Llm {
  final List<LlmRequest> asked = new ArrayList<>();
  final List<Deadline> deadlines = new ArrayList<>();
  boolean closed;
  private Function<LlmRequest, CompletableFuture<LlmReply>> answer =
      request -> CompletableFuture.completedFuture(replyTo(request));

  /** Such that it is the same when it has been kept. */
  static LlmReply replyTo(LlmRequest request) {
    String said = request.messages().get(request.messages().size() - 1).content();
    return new LlmReply("", List.of("re " + said, "né"), false, Map.of(), null, 1, 11, 7, 5);
  }

  void answer(Function<LlmRequest, CompletableFuture<LlmReply>> answer) {
    this.answer = answer;
  }

  @Override
  public synchronized CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    asked.add(request);
    deadlines.add(deadline);
    return answer.apply(request);
  }

  @Override
  public void close() {
    closed = true;
  }
}
