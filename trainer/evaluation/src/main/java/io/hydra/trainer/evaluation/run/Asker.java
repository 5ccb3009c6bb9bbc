package io.hydra.trainer.evaluation.run;

import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskSpec;
import io.hydra.trainer.evaluation.result.Usage;
import io.hydra.trainer.llm.Chat;
import io.hydra.trainer.llm.ChatRequest;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Asks the LLM for answers to one task. */
public final class Asker {
  private static final int PROFILE_TOKENS = 96;

  private final Chat chat;
  private final String model;
  private final TaskSpec task;
  private final long seed;

  /**
   * @param seed of the samples at a temperature above 0
   */
  public Asker(Chat chat, String model, TaskSpec task, long seed) {
    this.chat = chat;
    this.model = model;
    this.task = task;
    this.seed = seed;
  }

  /**
   * What came back.
   *
   * @param texts normalized; "" where one could not be read
   */
  public record Reply(List<String> texts, Usage usage) {
    public String first() {
      return texts.isEmpty() ? "" : texts.get(0);
    }
  }

  /** One answer at temperature 0. */
  public CompletableFuture<Reply> one(List<ChatMessage> prompt) {
    return ask(prompt, 1, 0, task.maxTokens(), OptionalLong.empty())
        .thenApply(r -> new Reply(r.texts().stream().map(task::normalize).toList(), r.usage()));
  }

  /** The task's number of samples at its temperature. */
  public CompletableFuture<Reply> samples(List<ChatMessage> prompt) {
    return ask(
            prompt, task.candidates(), task.temperature(), task.maxTokens(), OptionalLong.of(seed))
        .thenApply(r -> new Reply(r.texts().stream().map(task::normalize).toList(), r.usage()));
  }

  /** A description in the LLM's own words. */
  public CompletableFuture<Reply> description(List<ChatMessage> prompt) {
    return ask(prompt, 1, 0, PROFILE_TOKENS, OptionalLong.empty());
  }

  private CompletableFuture<Reply> ask(
      List<ChatMessage> prompt, int n, double temperature, int maxTokens, OptionalLong ownSeed) {
    return chat.ask(new ChatRequest(model, prompt, n, temperature, maxTokens, ownSeed))
        .thenApply(
            r ->
                new Reply(
                    r.texts(), new Usage(1, r.promptTokens(), r.completionTokens(), r.millis())));
  }
}
