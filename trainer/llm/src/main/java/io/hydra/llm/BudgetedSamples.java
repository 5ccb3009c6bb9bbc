package io.hydra.llm;

import io.hydra.llm.LlmException.Kind;
import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.failure.Failures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Samples for base training from an {@link Llm}, until a task's budget of calls is used up. A call
 * that fails is one item without samples. Replies that the LLM kept from an earlier run count as
 * well, so that a resumed run learns from the same items.
 */
public final class BudgetedSamples implements SampleSource {
  private final Llm llm;
  private final String model;
  private final int budget;
  private final OptionalLong seed;
  private final Map<String, AtomicInteger> callsOfTask = new ConcurrentHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicReference<LlmException> firstFailure = new AtomicReference<>();

  /**
   * @param llm stays the caller's to close
   * @param budget calls per task at most, spent in the order of asking; one call asks for all of an
   *     item's samples
   * @param seed sent with every call
   */
  public BudgetedSamples(Llm llm, String model, int budget, OptionalLong seed) {
    this.llm = llm;
    this.model = model;
    this.budget = budget;
    this.seed = seed;
  }

  /** Counts the calls that failed so far. */
  public int failures() {
    return failures.get();
  }

  /** The first failure, with its remedy. */
  public Optional<LlmException> firstFailure() {
    return Optional.ofNullable(firstFailure.get());
  }

  @Override
  public CompletableFuture<Optional<List<String>>> sample(
      TaskSpec task, List<ChatMessage> messages) {
    AtomicInteger calls = callsOfTask.computeIfAbsent(task.id(), id -> new AtomicInteger());
    if (calls.getAndUpdate(c -> Math.min(c + 1, budget)) >= budget) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return llm.complete(LlmRequest.samples(model, task, messages, seed), Deadline.NONE)
        .handle(
            (reply, error) -> {
              if (error != null) {
                noteFailure(error);
                return Optional.empty();
              }
              if (reply.texts().isEmpty()) {
                noteFailure(
                    new LlmException(
                        Kind.REFUSED, String.join("; ", reply.complaints(task.maxTokens()))));
                return Optional.empty();
              }
              return Optional.of(reply.texts());
            });
  }

  private void noteFailure(Throwable error) {
    Throwable cause = Failures.unwrap(error);
    if (!(cause instanceof LlmException failure)) {
      throw new CompletionException(cause);
    }
    failures.incrementAndGet();
    firstFailure.compareAndSet(null, failure);
  }
}
