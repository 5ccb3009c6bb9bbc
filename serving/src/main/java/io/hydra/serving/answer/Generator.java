package io.hydra.serving.answer;

import io.hydra.llm.Deadline;
import io.hydra.llm.Llm;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.model.Choice;
import io.hydra.model.RankedItem;
import io.hydra.model.Reading;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.prompt.PromptBuilder;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.serving.state.UserState;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The way from a query to a text: the user's most useful items, the LLM's samples, the adapter's
 * choice; or, if the query asks for it, the LLM's own answer.
 */
public final class Generator {
  private final Personalizer model;
  private final Llm llm;
  private final String llmModel;
  private final Executor cpu;
  private final Clock clock;

  /**
   * @param llmModel name that the LLM's endpoint knows
   * @param cpu for the model's work; as many threads as the machine has to spare
   */
  public Generator(Personalizer model, Llm llm, String llmModel, Executor cpu, Clock clock) {
    this.model = model;
    this.llm = llm;
    this.llmModel = llmModel;
    this.cpu = cpu;
    this.clock = clock;
  }

  /**
   * The adapter's choice among the LLM's samples.
   *
   * @param historyUsed called when the history of {@code state} is not needed any more
   */
  CompletableFuture<Response> personalized(
      Question question,
      TaskSpec task,
      UserState state,
      Instant deadline,
      Draft draft,
      Runnable historyUsed) {
    Query query = question.query();
    noteState(query, state, draft);
    // The history is not needed while the LLM is asked: nothing below may hold on to the state.
    Heads heads = state.heads();
    return CompletableFuture.supplyAsync(
            () -> model.read(task, state.history().items(), query.getInput()), cpu)
        .whenComplete((reading, error) -> historyUsed.run())
        .thenCompose(
            reading -> {
              List<RankedItem> items = reading.rank(heads);
              draft.items(items);
              draft.finish("rerank");
              Prompt prompt =
                  PromptBuilder.personalized(
                      task, items.stream().map(RankedItem::item).toList(), query.getInput());
              noteCuts(query, prompt, draft);
              noteUnreadable(reading, draft);
              LlmRequest request = request(task, prompt, task.candidates(), task.temperature());
              return ask(
                  question, request, deadline, draft, r -> choose(task, reading, heads, r, draft));
            });
  }

  /** One sample at temperature 0, without history, head or choice. */
  CompletableFuture<Response> plain(
      Question question, TaskSpec task, Instant deadline, Draft draft) {
    Prompt prompt = PromptBuilder.plain(task, question.query().getInput());
    noteCuts(question.query(), prompt, draft);
    LlmRequest request = request(task, prompt, 1, 0);
    return ask(question, request, deadline, draft, reply -> plain(task, reply, draft));
  }

  private static Response plain(TaskSpec task, LlmReply reply, Draft draft) {
    String raw = reply.texts().get(0);
    String text = task.normalize(raw);
    if (text.isBlank()) {
      draft.degrade("the LLM's answer is none of the task's options");
      return draft.answered(raw.strip());
    }
    return draft.answered(text);
  }

  private LlmRequest request(TaskSpec task, Prompt prompt, int n, double temperature) {
    return new LlmRequest(
        llmModel, prompt.messages(), n, temperature, task.maxTokens(), OptionalLong.empty());
  }

  private void noteState(Query query, UserState state, Draft draft) {
    History history = state.history();
    Heads heads = state.heads();
    draft.model(model.baseVersion(), heads.historyVersion(), history.version());
    draft.degrade(state.faults());
    Long wanted = query.getMinHistoryVersion();
    if (wanted != null && history.version() < wanted) {
      draft.degrade(
          "the history has version %d, %d was asked for".formatted(history.version(), wanted));
    }
    if (state.faults().isEmpty() && !history.items().isEmpty() && heads.historyVersion() == 0) {
      draft.degrade("the user has no head for this base yet, the population head answers");
    }
  }

  /**
   * Tells of a query that did not fit. Items are examples, and long ones are always shortened: that
   * alone degrades nothing.
   */
  private static void noteCuts(Query query, Prompt prompt, Draft draft) {
    if (prompt.queryCut() > 0) {
      int length = query.getInput().length();
      draft.degrade(
          "the LLM was shown %d of the query's %d characters%s; shorten the query"
              .formatted(
                  length - prompt.queryCut(),
                  length,
                  prompt.itemsCut() == 0
                      ? ""
                      : ", and %d history items in part".formatted(prompt.itemsCut())));
    }
  }

  /** A few odd outputs are life; where most are, the user is answered almost as a stranger. */
  private static void noteUnreadable(Reading reading, Draft draft) {
    if (2 * reading.unreadable() > reading.items()) {
      draft.degrade(
          "%d of %d past outputs are none of the task's options, they teach nothing"
              .formatted(reading.unreadable(), reading.items()));
    }
  }

  private CompletableFuture<Response> ask(
      Question question,
      LlmRequest request,
      Instant deadline,
      Draft draft,
      Function<LlmReply, Response> then) {
    return llm.complete(request, new Deadline(deadline, question.revoked()))
        .handleAsync(
            (reply, error) -> {
              draft.finish("llm");
              if (error != null) {
                return failed(question, error, draft);
              }
              draft.llm(reply, llmModel);
              draft.degrade(reply.complaints(request.maxTokens()));
              if (isPast(question)) {
                return draft.failed(
                    ResponseStatus.DEADLINE_EXCEEDED, "the LLM answered after the deadline");
              }
              return reply.texts().isEmpty()
                  ? draft.failed(ResponseStatus.LLM_FAILED, "the LLM gave no answer")
                  : then.apply(reply);
            },
            cpu);
  }

  private Response failed(Question question, Throwable error, Draft draft) {
    Throwable cause = Failures.unwrap(error);
    if (!(cause instanceof LlmException failure)) {
      throw new CompletionException(cause);
    }
    draft.calls(failure.calls());
    return draft.failed(
        isPast(question) ? ResponseStatus.DEADLINE_EXCEEDED : ResponseStatus.LLM_FAILED,
        failure.getMessage());
  }

  private boolean isPast(Question question) {
    return !clock.instant().isBefore(question.deadline());
  }

  private Response choose(
      TaskSpec task, Reading reading, Heads heads, LlmReply reply, Draft draft) {
    int said = reply.texts().size();
    List<String> samples =
        reply.texts().stream().map(task::normalize).filter(s -> !s.isBlank()).toList();
    if (said < task.candidates()) {
      draft.degrade("the LLM gave %d of %d samples".formatted(said, task.candidates()));
    }
    if (samples.size() < said) {
      draft.degrade(
          "%d of the LLM's %d samples are no answer to the task"
              .formatted(said - samples.size(), said));
    }
    if (samples.isEmpty() && !task.isClosed()) {
      return draft.failed(
          ResponseStatus.LLM_FAILED, "none of the LLM's samples is an answer to the task");
    }
    Choice choice = reading.choose(samples, heads);
    draft.finish("adapter");
    return draft.chosen(choice.text(), choice.candidates());
  }
}
