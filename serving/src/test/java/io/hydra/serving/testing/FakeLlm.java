package io.hydra.serving.testing;

import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Plays what it was told, in order; what lies beyond hangs. */
public final class FakeLlm implements Llm {
  private final Deque<CompletableFuture<LlmReply>> script = new ArrayDeque<>();
  private final List<LlmRequest> requests = new ArrayList<>();
  private final List<Deadline> deadlines = new ArrayList<>();

  public FakeLlm answers(String... texts) {
    script.add(CompletableFuture.completedFuture(LlmReply.whole("fake-1", List.of(texts), 100, 8)));
    return this;
  }

  public FakeLlm fails(RuntimeException error) {
    script.add(CompletableFuture.failedFuture(error));
    return this;
  }

  /** The next call gets this future. */
  public FakeLlm gives(CompletableFuture<LlmReply> reply) {
    script.add(reply);
    return this;
  }

  @Override
  public synchronized CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    requests.add(request);
    deadlines.add(deadline);
    return script.isEmpty() ? new CompletableFuture<>() : script.poll();
  }

  public synchronized List<LlmRequest> requests() {
    return List.copyOf(requests);
  }

  public synchronized List<Deadline> deadlines() {
    return List.copyOf(deadlines);
  }

  @Override
  public void close() {}
}
