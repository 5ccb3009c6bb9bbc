package io.hydra.serving.policy;

import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.model.prompt.PromptRules;
import io.hydra.model.prompt.Redactor;
import io.hydra.model.prompt.Tokens;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.failure.Failures;
import io.hydra.serving.policy.Budgets.Id;
import io.hydra.serving.policy.Budgets.Refusal;
import java.time.Clock;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The LLM, asked as the policy of a question's tenant and task has it. */
public final class LlmGate {
  private static final Redactor REDACTOR = Redactor.installed();

  private final Llm llm;
  private final Supplier<Policies> policies;
  private final Budgets budgets;
  private final Clock clock;

  /**
   * @param budgets null if nothing is counted
   */
  public LlmGate(Llm llm, Supplier<Policies> policies, Budgets budgets, Clock clock) {
    this.llm = llm;
    this.policies = policies;
    this.budgets = budgets;
    this.clock = clock;
  }

  /** The LLM for whoever asks. */
  public static LlmGate open(Llm llm, Clock clock) {
    return new LlmGate(llm, () -> Policies.NONE, null, clock);
  }

  /** The rules for a prompt of the question. */
  public PromptRules rules(Id id) {
    Policy policy = policies.get().of(id.tenant(), id.task());
    Integer most = policy.maxPromptTokens();
    return new PromptRules(
        most == null ? Integer.MAX_VALUE : most,
        Boolean.TRUE.equals(policy.redact()) ? REDACTOR : Redactor.NONE);
  }

  /** The most tokens that a request can cost in one call. */
  static long mostTokens(LlmRequest request) {
    return Tokens.most(request.messages()) + (long) request.n() * request.maxTokens();
  }

  /** The reason why no request of the question's task may be made, however little it costs. */
  public Optional<Refusal> refusal(Id id, TaskSpec task) {
    return budgets == null ? Optional.empty() : budgets.refusal(id, task.maxTokens());
  }

  /** Reserves what the request may cost; the reason why it may not be made otherwise. */
  public Optional<Refusal> reserve(Id id, LlmRequest request) {
    return budgets == null ? Optional.empty() : budgets.reserve(id, mostTokens(request));
  }

  /**
   * Asks what was reserved. Where a model gives no reply its fallbacks are asked, each within three
   * quarters of the time that is left, the last one within all of it.
   *
   * @return as of {@link Llm#complete}; calls of all models are counted
   */
  public CompletableFuture<LlmReply> complete(Id id, LlmRequest request, Deadline deadline) {
    Iterator<String> fallbacks =
        policies.get().of(id.tenant(), id.task()).fallbacks().stream()
            .filter(model -> !model.equals(request.model()))
            .iterator();
    return ask(request, fallbacks, deadline)
        .whenComplete(
            (reply, error) -> {
              if (budgets != null) {
                budgets.settle(
                    id, reply == null ? 0 : reply.promptTokens() + reply.completionTokens());
              }
            });
  }

  private CompletableFuture<LlmReply> ask(
      LlmRequest request, Iterator<String> fallbacks, Deadline deadline) {
    Deadline own = fallbacks.hasNext() ? deadline.early(clock) : deadline;
    return llm.complete(request, own)
        .exceptionallyCompose(
            error ->
                fallbacks.hasNext()
                        && Failures.unwrap(error) instanceof LlmException failure
                        && mayHelp(failure.kind())
                        && !deadline.isPast(clock)
                    ? instead(failure, request, fallbacks, deadline)
                    : CompletableFuture.failedFuture(error));
  }

  private CompletableFuture<LlmReply> instead(
      LlmException failure, LlmRequest request, Iterator<String> fallbacks, Deadline deadline) {
    return ask(request.to(fallbacks.next()), fallbacks, deadline)
        .thenApply(reply -> reply.insteadOf(request.model(), failure))
        .exceptionallyCompose(
            error ->
                CompletableFuture.failedFuture(
                    Failures.unwrap(error) instanceof LlmException last
                        ? last.withCalls(last.calls() + failure.calls())
                        : error));
  }

  /** Tells whether another model of the same endpoint may answer. */
  private static boolean mayHelp(LlmException.Kind kind) {
    return switch (kind) {
      case REFUSED, BUSY, UNAVAILABLE, SLOW, UNREADABLE, TOO_LATE -> true;
      case UNAUTHORIZED, CLOSED -> false;
    };
  }

  /** Gives back what is reserved for a query of which no response was sent from here. */
  public void forget(Id id) {
    if (budgets != null) {
      budgets.forget(id);
    }
  }
}
