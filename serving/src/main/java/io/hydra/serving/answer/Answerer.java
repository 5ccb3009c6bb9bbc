package io.hydra.serving.answer;

import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.Timer;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.user.QueryRules;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.StateUnavailableException;
import io.hydra.serving.state.UserState;
import io.hydra.serving.state.UserStateStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every decoded query its one terminal reply.
 *
 * <p>What the LLM was asked for is recorded before it is sent, and looked for before anything else,
 * the deadline included: dying at any point in between, the next delivery either repeats the work
 * or sends the very bytes that may have been sent already.
 */
public final class Answerer {
  private static final Logger log = LoggerFactory.getLogger(Answerer.class);

  private final Personalizer model;
  private final Generator generator;
  private final UserStateStore store;
  private final ResponseCodec codec;
  private final Executor io;
  private final Clock clock;
  private final Timer timer;
  private final Backoff backoff;
  private final HeldHistories held;

  /**
   * @param io may block on Redis
   * @param backoff between attempts to learn from Redis whether a query was answered before
   * @param held counts the histories that are held
   */
  public Answerer(
      Personalizer model,
      Generator generator,
      UserStateStore store,
      ResponseCodec codec,
      Executor io,
      Clock clock,
      Timer timer,
      Backoff backoff,
      HeldHistories held) {
    this.model = model;
    this.generator = generator;
    this.store = store;
    this.codec = codec;
    this.io = io;
    this.clock = clock;
    this.timer = timer;
    this.backoff = backoff;
    this.held = held;
  }

  /**
   * Answers a query. Call it on a thread that may block on Redis.
   *
   * @return never completes exceptionally for the sake of the query
   */
  public CompletableFuture<Reply> answer(Question question) {
    return guarded(question, draft -> checked(question, draft));
  }

  /**
   * The reply to a query whose time was up before its turn came, unless it was answered before.
   * Call it on a thread that may block on Redis.
   */
  public CompletableFuture<Reply> expired(Question question) {
    return guarded(
        question,
        draft ->
            invalid(question, draft)
                .orElseGet(
                    () ->
                        unlessRecorded(
                            question,
                            draft,
                            ResponseStatus.DEADLINE_EXCEEDED,
                            Deadlines.reason(question))));
  }

  /**
   * The reply to a query for which there is no room, unless it was answered before. Call it on a
   * thread that may block on Redis.
   */
  public CompletableFuture<Reply> overloaded(Question question, String reason) {
    return guarded(
        question,
        draft ->
            invalid(question, draft)
                .orElseGet(
                    () ->
                        question.perhapsAgain()
                            ? unlessRecorded(question, draft, ResponseStatus.OVERLOADED, reason)
                            : ready(draft.failed(ResponseStatus.OVERLOADED, reason))));
  }

  /** The reply where something went wrong that is no fault of the query. */
  public Reply internalError(Question question, String reason) {
    return unrecorded(new Draft(question, clock).failed(ResponseStatus.INTERNAL_ERROR, reason));
  }

  /** The same reply for readers whom it was not meant for: that there is one, and no user text. */
  public Reply withheld(Reply reply, String reason) {
    Response was = reply.response();
    return unrecorded(
        Response.newBuilder(was)
            .setText(null)
            .setCandidates(List.of())
            .setItems(List.of())
            .setStatus(
                was.getStatus() == ResponseStatus.OK ? ResponseStatus.DEGRADED : was.getStatus())
            .setReason(was.getReason() == null ? reason : was.getReason() + "; " + reason)
            .build());
  }

  private CompletableFuture<Reply> guarded(
      Question question, Function<Draft, CompletableFuture<Reply>> work) {
    CompletableFuture<Reply> reply;
    try {
      Draft draft = new Draft(question, clock);
      draft.finish("queue");
      reply = work.apply(draft);
    } catch (Throwable e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return reply.exceptionally(error -> unexpected(question, error));
  }

  private Optional<CompletableFuture<Reply>> invalid(Question question, Draft draft) {
    return QueryRules.problem(question.query(), question.key())
        .map(problem -> ready(draft.failed(ResponseStatus.INVALID_QUERY, problem)));
  }

  private CompletableFuture<Reply> checked(Question question, Draft draft) {
    Optional<CompletableFuture<Reply>> invalid = invalid(question, draft);
    if (invalid.isPresent()) {
      return invalid.get();
    }
    Optional<TaskSpec> task = model.task(question.query().getTask());
    if (task.isEmpty()) {
      String known = String.join(", ", new TreeSet<>(model.taskIds()));
      return ready(
          draft.failed(
              ResponseStatus.UNKNOWN_TASK,
              "the task is not in the catalogue, which holds: " + known));
    }
    if (isPast(question)) {
      return unlessRecorded(
          question, draft, ResponseStatus.DEADLINE_EXCEEDED, Deadlines.reason(question));
    }
    return lookUp(question, question.query().getPersonalize(), 0)
        .thenCompose(state -> lookedUp(question, task.get(), state, draft));
  }

  private CompletableFuture<Reply> lookedUp(
      Question question, TaskSpec task, UserState state, Draft draft) {
    draft.finish("history");
    Optional<Reply> before = given(question, state);
    if (before.isPresent()) {
      return CompletableFuture.completedFuture(before.get());
    }
    if (isPast(question)) {
      return ready(
          draft.failed(ResponseStatus.DEADLINE_EXCEEDED, Deadlines.whileLookingUp(state.faults())));
    }
    Runnable historyUsed = held.hold(state.history().items());
    // The LLM takes long, and the history is the most of what is held.
    UserState rest = state.withoutHistory();
    CompletableFuture<Response> response =
        question.query().getPersonalize()
            ? generator.personalized(question, task, state, question.deadline(), draft, historyUsed)
            : generator.plain(question, task, question.deadline(), draft);
    return response
        .whenComplete((r, error) -> historyUsed.run())
        .thenApplyAsync(r -> recorded(question, r, rest, draft), io);
  }

  /** The recorded response or, if there is none to be had, that of {@code status}. */
  private CompletableFuture<Reply> unlessRecorded(
      Question question, Draft draft, ResponseStatus status, String reason) {
    UserState state;
    try {
      state = store.readImpersonal(question.user(), question.query().getQueryId());
    } catch (StateUnavailableException e) {
      return ready(draft.failed(status, reason));
    }
    return given(question, state)
        .map(CompletableFuture::completedFuture)
        .orElseGet(() -> ready(draft.failed(status, reason)));
  }

  /**
   * Reads what Redis holds. A query that may have been answered before waits for a Redis that is
   * away, up to its deadline: it would be paid again, and its second answer would be another.
   */
  private CompletableFuture<UserState> lookUp(Question question, boolean personal, int failures) {
    Query query = question.query();
    try {
      return CompletableFuture.completedFuture(
          personal
              ? store.read(
                  question.user(), query.getTask(), model.baseVersion(), query.getQueryId())
              : store.readImpersonal(question.user(), query.getQueryId()));
    } catch (StateUnavailableException e) {
      if (!question.perhapsAgain()
          || !e.isAway()
          || isPast(question)
          || question.revoked().getAsBoolean()) {
        return CompletableFuture.completedFuture(
            UserState.unknown(e.getMessage() + ": neither history nor head was used"));
      }
      CompletableFuture<Void> due = new CompletableFuture<>();
      Duration left = Duration.between(clock.instant(), question.deadline());
      Duration wait = backoff.delay(failures);
      Timer.Task unused =
          timer.after(wait.compareTo(left) < 0 ? wait : left, () -> due.complete(null));
      return due.thenComposeAsync(ignored -> lookUp(question, personal, failures + 1), io);
    }
  }

  private boolean isPast(Question question) {
    return !clock.instant().isBefore(question.deadline());
  }

  /** The recorded response, if it can be read and is this query's. */
  private Optional<Reply> given(Question question, UserState state) {
    return Optional.ofNullable(state.recorded()).flatMap(bytes -> given(question, bytes));
  }

  private Optional<Reply> given(Question question, byte[] recorded) {
    Identifiers ours = Identifiers.of(question.query());
    return codec
        .decode(recorded)
        .filter(response -> Identifiers.of(response).equals(ours))
        .map(response -> new Reply(response, recorded));
  }

  private CompletableFuture<Reply> ready(Response response) {
    return CompletableFuture.completedFuture(unrecorded(response));
  }

  private Reply unrecorded(Response response) {
    return new Reply(response, codec.encode(response));
  }

  private Reply recorded(Question question, Response response, UserState state, Draft draft) {
    Reply ours = unrecorded(response);
    if (!draft.isPaid()) {
      return ours;
    }
    // Also where the partition was revoked meanwhile: its next owner finds what was paid for.
    byte[] stands;
    try {
      stands = store.record(question.user(), question.query().getQueryId(), ours.bytes(), state);
    } catch (StateUnavailableException e) {
      // The store has said so in the log; the answer itself lacks nothing.
      return ours;
    }
    return Arrays.equals(stands, ours.bytes()) ? ours : given(question, stands).orElse(ours);
  }

  private Reply unexpected(Question question, Throwable error) {
    Throwable cause = Failures.unwrap(error);
    log.error(
        "query {} failed unexpectedly: {}",
        Identifiers.of(question.query()).queryId().replaceAll("\\p{Cntrl}", "?"),
        Failures.traceWithoutMessages(cause));
    return internalError(question, "the server failed unexpectedly: see its log");
  }
}
