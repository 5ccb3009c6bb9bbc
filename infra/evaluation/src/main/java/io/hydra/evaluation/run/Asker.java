package io.hydra.evaluation.run;

import io.hydra.evaluation.result.Results.Usage;
import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmRequest;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the LLM for answers to one task.
 *
 * @param seed of the samples at a temperature above 0
 */
public record Asker(Llm llm, String model, TaskSpec task, long seed) {
  private static final int PROFILE_TOKENS = 96;

  /** A refusal, or the like, is an answer that cannot be read: it must not end a run. */
  private static final List<String> UNANSWERED = List.of("");

  /**
   * The reply to one question.
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
    return ask(LlmRequest.plain(model, task, prompt)).thenApply(this::normalize);
  }

  /** The task's number of samples at its temperature, with what the prompt hides from the LLM. */
  public CompletableFuture<Reply> samples(Prompt prompt) {
    return ask(LlmRequest.samples(model, task, prompt.messages(), OptionalLong.of(seed)))
        .thenApply(
            reply -> new Reply(reply.texts().stream().map(prompt::restore).toList(), reply.usage()))
        .thenApply(this::normalize);
  }

  /** A description in the LLM's own words. */
  public CompletableFuture<Reply> description(List<ChatMessage> prompt) {
    return ask(new LlmRequest(model, prompt, 1, 0, PROFILE_TOKENS, OptionalLong.empty()));
  }

  private Reply normalize(Reply reply) {
    return new Reply(reply.texts().stream().map(task::normalize).toList(), reply.usage());
  }

  private CompletableFuture<Reply> ask(LlmRequest request) {
    return llm.complete(request, Deadline.NONE)
        .thenApply(
            r ->
                new Reply(
                    r.texts().isEmpty() ? UNANSWERED : r.texts(),
                    new Usage(1, r.promptTokens(), r.completionTokens(), r.millis())));
  }
}
