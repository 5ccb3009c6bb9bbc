package io.hydra.serving.answer;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.stream.Collectors.joining;

import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.model.CallSaving;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.text.Spelling;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.store.UserState;
import io.hydra.schemas.user.QueryRules;
import io.hydra.serving.answer.Models.Model;
import io.hydra.serving.policy.Budgets.Refusal;
import io.hydra.serving.policy.LlmGate;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.reply.ResponseCodec.Reply;
import io.hydra.serving.state.UserStates;
import io.hydra.serving.state.UserStates.UnavailableException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every decoded query its one terminal reply.
 *
 * <p>Implementation note. The steps of an answer are the methods below, from top to bottom:
 *
 * <ol>
 *   <li>{@link #validate}: the query's rules;
 *   <li>{@link #answer(Draft)}: its task, its time, and whether there is any budget;
 *   <li>{@link StateReader}: the recorded response, history and heads, in one round trip. A
 *       recorded response is the reply, whatever else holds, the deadline included;
 *   <li>{@link #personalize}: the user's most useful items, into the prompt; or {@link #plain};
 *   <li>{@link CallSaving}: the answer may need no call; otherwise
 *   <li>{@link #ask}: the LLM, as far as the policy goes;
 *   <li>{@link #choose}: the adapter's choice among the samples;
 *   <li>{@link #record}: an answer, and whatever cost an LLM call, is recorded before it is sent.
 *       Whenever the process dies, the next delivery repeats the work or sends the very bytes that
 *       may have been sent already.
 * </ol>
 *
 * <p>{@code io} may block on Redis; {@code reading} runs as much at once as the machine can spare
 * for the model. {@code choosing} is another one: an answer that is paid for must not wait behind
 * the readings of all that was asked meanwhile.
 *
 * @param llmModel name that the LLM's endpoint knows
 * @param held counts the histories that are held
 * @param saving answers that need no call
 * @param plainTasks tasks whose answers are plain sampling's
 */
public record AnswerPipeline(
    Models models,
    LlmGate llm,
    String llmModel,
    StateReader states,
    ResponseCodec codec,
    HeldHistories held,
    Executor io,
    Executor reading,
    Executor choosing,
    Clock clock,
    CallSaving saving,
    PlainTasks plainTasks) {
  private static final Logger log = LoggerFactory.getLogger(AnswerPipeline.class);

  /** A pipeline like this one that asks another LLM, always, and records elsewhere. */
  public AnswerPipeline with(LlmGate otherLlm, UserStates otherStore) {
    return new AnswerPipeline(
        models,
        otherLlm,
        llmModel,
        states.from(otherStore),
        codec,
        held,
        io,
        reading,
        choosing,
        clock,
        CallSaving.NONE,
        plainTasks);
  }

  /**
   * Answers a query. Call it on a thread that may block on Redis.
   *
   * @return never completes exceptionally for the sake of the query
   */
  public CompletableFuture<Reply> answer(Question question) {
    return validate(question, this::answer);
  }

  /** Ends a query whose time was up before its turn came, or replays its recorded response. */
  public CompletableFuture<Reply> expire(Question question) {
    return validate(question, draft -> completedFuture(replayOrExpire(draft)));
  }

  /** Ends a query for which there is no room, or replays its recorded response. */
  public CompletableFuture<Reply> refuse(Question question, String reason) {
    return validate(
        question,
        draft ->
            completedFuture(
                question.perhapsAgain()
                    ? replayOrFail(draft, ResponseStatus.OVERLOADED, reason)
                    : fail(draft, ResponseStatus.OVERLOADED, reason)));
  }

  private CompletableFuture<Reply> validate(
      Question question, Function<Draft, CompletableFuture<Reply>> next) {
    CompletableFuture<Reply> reply;
    try {
      Draft draft = new Draft(question, clock);
      draft.finish("queue");
      Optional<String> problem = QueryRules.problem(question.query(), question.key());
      reply =
          problem.isPresent()
              ? completedFuture(fail(draft, ResponseStatus.INVALID_QUERY, problem.get()))
              : next.apply(draft);
    } catch (Throwable e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return reply.exceptionally(error -> unexpected(question, error));
  }

  private CompletableFuture<Reply> answer(Draft draft) {
    Question question = draft.question();
    Model model = models.of(question.identifiers().tenant());
    Optional<TaskSpec> task = model.tasks().find(question.query().getTask());
    if (task.isEmpty()) {
      String reason = unknownTask(question.query().getTask(), model.tasks().ids());
      return completedFuture(fail(draft, ResponseStatus.UNKNOWN_TASK, reason));
    }
    if (question.deadline().isPast(clock)) {
      return completedFuture(replayOrExpire(draft));
    }
    if (!question.perhapsAgain() && saving.isAsked(task.get(), question.query().getQueryId())) {
      Optional<Refusal> refusal = llm.refusal(question.id(), task.get());
      if (refusal.isPresent()) {
        // Neither history nor model is needed to say so; an earlier answer stands all the same.
        return completedFuture(
            states
                .readRecorded(question)
                .orElseGet(() -> codec.encode(draft.refuse(refusal.get()))));
      }
    }
    return states
        .read(question, model.baseVersion())
        .thenCompose(found -> answerFrom(found, model, task.get(), draft));
  }

  private static String unknownTask(String asked, Set<String> known) {
    String word = asked.toLowerCase(Locale.ROOT);
    String meant =
        known.stream()
            .filter(id -> Spelling.isNear(word, id.toLowerCase(Locale.ROOT)))
            .sorted()
            .collect(joining(", "));
    return "the task is not in the catalogue%s, which holds: %s; a task of your own comes with a base that is trained with it (hydra train-base --tasks)"
        .formatted(
            meant.isEmpty() ? "" : " (did you mean " + meant + "?)",
            String.join(", ", new TreeSet<>(known)));
  }

  private CompletableFuture<Reply> answerFrom(
      StateReader.Found found, Model model, TaskSpec task, Draft draft) {
    Question question = draft.question();
    draft.finish("history");
    if (found.reply() != null) {
      return completedFuture(found.reply());
    }
    UserState state = found.state();
    if (question.deadline().isPast(clock)) {
      String reason = Question.latenessWhileLookingUp(state.faults());
      return completedFuture(fail(draft, ResponseStatus.DEADLINE_EXCEEDED, reason));
    }
    // The LLM takes long, and the history is the most of what is held.
    UserState rest = state.withoutHistory();
    CompletableFuture<Response> response =
        question.query().getPersonalize()
            ? personalize(state, model, task, draft)
            : plain(prompt(task, List.of(), question), task, draft);
    return response.thenApplyAsync(r -> record(r, rest, draft), io);
  }

  /** The adapter's choice among the LLM's samples, with the user's most useful items. */
  private CompletableFuture<Response> personalize(
      UserState state, Model model, TaskSpec task, Draft draft) {
    draft.note(state, model.baseVersion());
    String input = draft.question().query().getInput();
    PromptItems prompted =
        PromptItems.of(draft.question().query(), state.history().items(), task.used());
    Runnable historyUsed = held.hold(prompted.history());
    // The history is not needed while the LLM is asked: nothing below may hold on to the state.
    Question.Identifiers of = draft.question().identifiers();
    Heads heads =
        plainTasks.has(of.tenant(), task.id(), of.queryId())
            ? state.heads().fallingBack()
            : state.heads();
    return CompletableFuture.supplyAsync(
            () -> model.reader().read(task, prompted.history(), state.vectors(), input), reading)
        .whenComplete((read, error) -> historyUsed.run())
        .thenCompose(
            read -> {
              if (prompted.arePlain()) {
                List<HistoryItem> items = prompted.plain(read);
                Prompt prompt = prompt(task, items, draft.question());
                draft.note(
                    read,
                    items.stream().map(item -> new RankedItem(item, 0)).toList(),
                    prompt.itemsLeftOut());
                draft.finish("retrieve");
                return plain(prompt, task, draft);
              }
              Optional<Choice> certain =
                  saving.answer(task, read, heads, draft.question().query().getQueryId());
              if (certain.isPresent()) {
                draft.note(read, List.of(), 0);
                draft.finish("adapter");
                return completedFuture(draft.choose(certain.get(), heads));
              }
              List<RankedItem> items = read.rank(heads);
              Prompt prompt =
                  prompt(task, items.stream().map(RankedItem::item).toList(), draft.question());
              draft.note(prompt);
              draft.note(read, items, prompt.itemsLeftOut());
              draft.finish("rerank");
              return ask(
                  prompt,
                  LlmRequest.samples(llmModel, task, prompt.messages(), OptionalLong.empty()),
                  draft,
                  reply -> choose(task, read, heads, reply, draft));
            });
  }

  /** One sample at temperature 0, without head or choice. */
  private CompletableFuture<Response> plain(Prompt prompt, TaskSpec task, Draft draft) {
    draft.note(prompt);
    return ask(
        prompt,
        LlmRequest.plain(llmModel, task, prompt.messages()),
        draft,
        reply -> {
          String raw = reply.texts().get(0);
          String text = task.normalize(raw);
          if (text.isBlank()) {
            draft.noteNoOption();
          }
          return draft.answer(text.isBlank() ? raw.strip() : text);
        });
  }

  private Prompt prompt(TaskSpec task, List<HistoryItem> items, Question question) {
    return Prompt.personalized(task, items, question.query().getInput(), llm.rules(question.id()));
  }

  private CompletableFuture<Response> ask(
      Prompt prompt, LlmRequest request, Draft draft, Function<LlmReply, Response> then) {
    Question question = draft.question();
    Optional<Refusal> refusal = llm.reserve(question.id(), request);
    if (refusal.isPresent()) {
      return completedFuture(draft.refuse(refusal.get()));
    }
    Tracing.Span chat = ChatSpan.begin(question.span(), request);
    return llm.complete(question.id(), request, question.deadline())
        .whenComplete(
            (reply, error) -> {
              draft.finish("llm");
              ChatSpan.end(chat, reply, error);
            })
        .handleAsync(
            (reply, error) -> {
              boolean isLate = question.deadline().isPast(clock);
              if (error != null) {
                if (!(Failures.unwrap(error) instanceof LlmException failure)) {
                  throw new CompletionException(Failures.unwrap(error));
                }
                // Given up with its partition: the next owner asks again, so nothing is recorded.
                draft.note(question.deadline().abandoned().getAsBoolean() ? 0 : failure.calls());
                return draft.fail(
                    isLate ? ResponseStatus.DEADLINE_EXCEEDED : ResponseStatus.LLM_FAILED,
                    failure.getMessage());
              }
              draft.note(reply, llmModel, request.maxTokens());
              if (isLate) {
                return draft.fail(
                    ResponseStatus.DEADLINE_EXCEEDED, "the LLM answered after the deadline");
              }
              return reply.texts().isEmpty()
                  ? draft.fail(ResponseStatus.LLM_FAILED, "the LLM gave no answer")
                  : then.apply(reply.map(prompt::restore));
            },
            choosing);
  }

  private static Response choose(
      TaskSpec task, Reading reading, Heads heads, LlmReply reply, Draft draft) {
    List<String> samples =
        reply.texts().stream().map(task::normalize).filter(s -> !s.isBlank()).toList();
    draft.noteSamples(task.candidates(), reply.texts().size(), samples.size());
    if (samples.isEmpty() && !task.isClosed()) {
      return draft.fail(
          ResponseStatus.LLM_FAILED, "none of the LLM's samples is an answer to the task");
    }
    Choice choice = reading.choose(samples, heads);
    draft.finish("adapter");
    return draft.choose(choice, heads);
  }

  private Reply record(Response response, UserState state, Draft draft) {
    Question question = draft.question();
    Reply ours = codec.encode(response);
    if (!draft.isPaid() && response.getCandidates().isEmpty()) {
      return ours;
    }
    try {
      // Also where the partition was revoked meanwhile: its next owner finds what was paid for.
      byte[] stands =
          states
              .store()
              .record(question.user(), question.query().getQueryId(), ours.bytes(), state);
      return Arrays.equals(stands, ours.bytes())
          ? ours
          : states.decode(question, stands).orElse(ours);
    } catch (UnavailableException | RegistryUnavailableException e) {
      // Redis' outage is in the log already; the answer itself lacks nothing.
      return ours;
    }
  }

  private Reply replayOrExpire(Draft draft) {
    return replayOrFail(draft, ResponseStatus.DEADLINE_EXCEEDED, draft.question().lateness());
  }

  /** The recorded response or, if there is none to be had, that of {@code status}. */
  private Reply replayOrFail(Draft draft, ResponseStatus status, String reason) {
    return states.readRecorded(draft.question()).orElseGet(() -> fail(draft, status, reason));
  }

  private Reply fail(Draft draft, ResponseStatus status, String reason) {
    return codec.encode(draft.fail(status, reason));
  }

  private Reply unexpected(Question question, Throwable error) {
    log.error(
        "query {} failed unexpectedly: {}",
        question.identifiers().queryId().replaceAll("\\p{Cntrl}", "?"),
        Failures.traceWithoutMessages(Failures.unwrap(error)));
    llm.forget(question.id());
    return fail(
        new Draft(question, clock),
        ResponseStatus.INTERNAL_ERROR,
        "the server failed unexpectedly: see its log");
  }
}
