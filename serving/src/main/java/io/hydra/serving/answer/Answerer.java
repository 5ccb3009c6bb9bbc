package io.hydra.serving.answer;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.user.QueryRules;
import io.hydra.serving.async.Failures;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.state.StateUnavailableException;
import io.hydra.serving.state.UserState;
import io.hydra.serving.state.UserStateStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
  private final Duration maxTime;

  /**
   * @param io may block on Redis
   * @param maxTime bounds a query whose own deadline is further away
   */
  public Answerer(
      Personalizer model,
      Generator generator,
      UserStateStore store,
      ResponseCodec codec,
      Executor io,
      Clock clock,
      Duration maxTime) {
    this.model = model;
    this.generator = generator;
    this.store = store;
    this.codec = codec;
    this.io = io;
    this.clock = clock;
    this.maxTime = maxTime;
  }

  /**
   * Call it on a thread that may block on Redis.
   *
   * @return never completes exceptionally for the sake of the query
   */
  public CompletableFuture<Reply> answer(Question question) {
    Draft draft = new Draft(question, clock);
    draft.finish("queue");
    CompletableFuture<Reply> reply;
    try {
      reply = checked(question, draft);
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return reply.exceptionally(error -> unexpected(question, error));
  }

  /** The reply where something went wrong that is no fault of the query. */
  public Reply internalError(Question question, String reason) {
    return unrecorded(new Draft(question, clock).failed(ResponseStatus.INTERNAL_ERROR, reason));
  }

  private CompletableFuture<Reply> checked(Question question, Draft draft) {
    Query query = question.query();
    Optional<String> problem = QueryRules.problem(query, question.key());
    if (problem.isPresent()) {
      return ready(draft.failed(ResponseStatus.INVALID_QUERY, problem.get()));
    }
    Optional<TaskSpec> task = model.task(query.getTask());
    if (task.isEmpty()) {
      String known = String.join(", ", new TreeSet<>(model.taskIds()));
      return ready(
          draft.failed(
              ResponseStatus.UNKNOWN_TASK,
              "the task is not in the catalogue, which holds: " + known));
    }
    return lookedUp(question, task.get(), draft);
  }

  private CompletableFuture<Reply> lookedUp(Question question, TaskSpec task, Draft draft) {
    Query query = question.query();
    Instant now = clock.instant();
    boolean expired = !now.isBefore(query.getDeadline());
    boolean personal = query.getPersonalize() && !expired;
    UserState state = state(question, personal);
    draft.finish("history");
    Optional<Reply> before =
        Optional.ofNullable(state.recorded()).flatMap(bytes -> given(question, bytes));
    if (before.isPresent()) {
      return CompletableFuture.completedFuture(before.get());
    }
    if (expired) {
      return ready(
          draft.failed(
              ResponseStatus.DEADLINE_EXCEEDED, "the deadline had passed before work began"));
    }
    Instant latest = now.plus(maxTime);
    Instant deadline = query.getDeadline().isBefore(latest) ? query.getDeadline() : latest;
    CompletableFuture<Response> response =
        personal
            ? generator.personalized(question, task, state, deadline, draft)
            : generator.plain(question, task, deadline, draft);
    return response.thenApplyAsync(r -> recorded(question, r, state, draft), io);
  }

  /** The recorded response, if it can be read and is this query's. */
  private Optional<Reply> given(Question question, byte[] recorded) {
    Identifiers ours = Identifiers.of(question.query());
    return codec
        .decode(recorded)
        .filter(response -> Identifiers.of(response).equals(ours))
        .map(response -> new Reply(response, recorded));
  }

  private UserState state(Question question, boolean personal) {
    Query query = question.query();
    try {
      return personal
          ? store.read(question.user(), query.getTask(), model.baseVersion(), query.getQueryId())
          : store.readImpersonal(question.user(), query.getQueryId());
    } catch (StateUnavailableException e) {
      return UserState.unknown(e.getMessage() + ": neither history nor head was used");
    }
  }

  private CompletableFuture<Reply> ready(Response response) {
    return CompletableFuture.completedFuture(unrecorded(response));
  }

  private Reply unrecorded(Response response) {
    return new Reply(response, codec.encode(response));
  }

  private Reply recorded(Question question, Response response, UserState state, Draft draft) {
    Reply ours = unrecorded(response);
    if (!draft.isPaid() || question.revoked().getAsBoolean()) {
      return ours;
    }
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
        Traces.withoutMessages(cause));
    return internalError(question, "the server failed unexpectedly: see its log");
  }
}
