package io.hydra.serving.testing;

import io.hydra.serving.llm.LlmClient;
import io.hydra.serving.llm.LlmReply;
import io.hydra.serving.llm.LlmRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Plays what it was told, in order; what lies beyond hangs. */
public final class FakeLlm implements LlmClient {
  private final Deque<CompletableFuture<LlmReply>> script = new ArrayDeque<>();
  private final List<LlmRequest> requests = new ArrayList<>();
  private final List<Duration> timeouts = new ArrayList<>();

  public FakeLlm answers(String... texts) {
    script.add(CompletableFuture.completedFuture(new LlmReply("fake-1", List.of(texts), 100, 8)));
    return this;
  }

  public FakeLlm fails(RuntimeException error) {
    script.add(CompletableFuture.failedFuture(error));
    return this;
  }

  public FakeLlm hangs() {
    script.add(new CompletableFuture<>());
    return this;
  }

  /** The next call gets this future. */
  public FakeLlm gives(CompletableFuture<LlmReply> reply) {
    script.add(reply);
    return this;
  }

  @Override
  public synchronized CompletableFuture<LlmReply> complete(LlmRequest request, Duration timeout) {
    requests.add(request);
    timeouts.add(timeout);
    return script.isEmpty() ? new CompletableFuture<>() : script.poll();
  }

  public synchronized List<LlmRequest> requests() {
    return List.copyOf(requests);
  }

  public synchronized List<Duration> timeouts() {
    return List.copyOf(timeouts);
  }
}
