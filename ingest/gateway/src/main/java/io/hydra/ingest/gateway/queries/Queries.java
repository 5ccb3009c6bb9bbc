package io.hydra.ingest.gateway.queries;

import io.hydra.ingest.gateway.Backend;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Shares;
import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.EpochUnit;
import io.hydra.schemas.user.UserKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks queries, no more at a time than may be, and remembers them. Thread-safe. */
public final class Queries {
  private static final String QUERY_ID = "query_id";
  private static final int RETRY_OVERLOADED_SECONDS = 1;

  /** A query is waited for, and takes a place, no longer than that. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Backend backend;
  private final Asked asked;
  private final Clock clock;
  private final Shares pending;

  /**
   * @param most queries that may be waited for at a time, a quarter of them with one key
   */
  public Queries(Backend backend, Asked asked, int most, Clock clock) {
    this.backend = backend;
    this.asked = asked;
    this.pending = new Shares("queries that are waited for", most, 1);
    this.clock = clock;
  }

  /** Queries that have no response yet. */
  public long pending() {
    return pending.taken();
  }

  /**
   * Asks a query, with the caller's trace context and a deadline that is not too far away. What
   * fails later names the query, whose id the caller may not know.
   *
   * @throws Refusal if it breaks a rule, or too many are waited for
   */
  public CompletableFuture<Response> ask(Call call, Query query) {
    String keyId = call.key().id();
    pending.take(keyId, 1);
    CompletableFuture<Response> response;
    try {
      response =
          backend
              .ask(soon(query), call.trace())
              .exceptionally(failure -> fail(failure, query.getQueryId()));
    } catch (RuntimeException e) {
      pending.giveBack(keyId, 1);
      throw e;
    }
    asked.add(
        new UserKey(query.getTenant(), query.getUserId()),
        query.getQueryId(),
        query.getTask(),
        response);
    return response.whenComplete((answer, failure) -> pending.giveBack(keyId, 1));
  }

  private static Response fail(Throwable failure, String queryId) {
    Throwable cause = Failures.unwrap(failure);
    throw new CompletionException(
        cause instanceof Refusal refusal ? refusal.naming(QUERY_ID, queryId) : cause);
  }

  /** Brings a deadline forward that is too far away; one in another unit is refused later. */
  private Query soon(Query query) {
    Instant latest = Instant.ofEpochMilli(clock.millis() + LONGEST.toMillis());
    Instant deadline = query.getDeadline();
    return deadline.isAfter(latest)
            && EpochUnit.of(deadline.toEpochMilli()) == EpochUnit.MILLISECONDS
        ? Query.newBuilder(query).setDeadline(latest).build()
        : query;
  }

  /**
   * Refuses a response without an answer as HTTP tells it.
   *
   * @throws Refusal unless the query was answered
   */
  public static void requireAnswered(Response response) {
    String reason = response.getReason() == null ? "no reason was given" : response.getReason();
    switch (response.getStatus()) {
      case OK, DEGRADED -> {}
      case INVALID_QUERY -> throw Refusal.ofRule(reason);
      case UNKNOWN_TASK -> throw Refusal.notFound("task", reason);
      case DEADLINE_EXCEEDED ->
          throw Refusal.of(ProblemType.DEADLINE_EXCEEDED, reason)
              .naming(QUERY_ID, response.getQueryId());
      case LLM_FAILED -> throw Refusal.of(ProblemType.UPSTREAM_FAILED, reason);
      case OVERLOADED ->
          throw Refusal.of(ProblemType.TOO_MANY_REQUESTS, reason)
              .retryAfter(RETRY_OVERLOADED_SECONDS);
      case OVER_BUDGET, RATE_LIMITED ->
          throw Refusal.of(ProblemType.TOO_MANY_REQUESTS, reason).retryAfter(retryAfter(response));
      default ->
          throw Refusal.of(
              ProblemType.UPSTREAM_FAILED,
              "serving has failed: its log has query " + response.getQueryId());
    }
  }

  /** Seconds until a budget allows another query; 0 if that is not known. */
  private static int retryAfter(Response response) {
    if (response.getRetryAt() == null) {
      return 0;
    }
    Duration wait = Duration.between(response.getAnsweredAt(), response.getRetryAt());
    return (int) Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
