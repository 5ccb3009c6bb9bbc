package io.hydra.ingest.gateway.queries;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.events.EventIds;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Fields;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Percent;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Route.Endpoint;
import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.Trial;
import io.hydra.schemas.avro.TrialItems;
import io.hydra.schemas.user.QueryRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a query and waits for its response, up to the deadline or as {@code Prefer} says; whoever
 * does not wait comes back to {@code /v1/responses/{id}}.
 *
 * @param patience until the deadline of a query that names none
 */
public record QueriesEndpoint(Queries queries, Asked asked, Clock clock, Duration patience)
    implements Endpoint {
  /** RFC 7240; more than a day is as good as for ever. */
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,5})(?:$|[,;\\s])");

  @Override
  public CompletionStage<Reply> answer(Call call) {
    Query query = query(call);
    CompletableFuture<Response> response = queries.ask(call, query);
    OptionalLong wait = wait(call.header("Prefer").orElse(""));
    if (wait.isEmpty()) {
      return response.thenApply(answer -> reply(call, answer));
    }
    return response
        .thenApply(answer -> reply(call, answer))
        .orTimeout(wait.getAsLong(), TimeUnit.SECONDS)
        .exceptionally(
            failure -> {
              Throwable cause = Failures.unwrap(failure);
              if (cause instanceof TimeoutException) {
                return pending(query.getUserId(), query.getQueryId());
              }
              throw new CompletionException(cause);
            });
  }

  private Query query(Call call) {
    Fields fields = Fields.of(call.json());
    call.requireOwn(fields.textOrNull("tenant"));
    Instant deadline = fields.timeOrNull("deadline");
    Boolean personalize = fields.booleanOrNull("personalize");
    String id = fields.textOrNull("query_id");
    Query query =
        Query.newBuilder()
            .setQueryId(id == null ? EventIds.of(call).next(0, call.text()) : id)
            .setTenant(call.key().tenant())
            .setUserId(fields.text("user_id"))
            .setTask(fields.text("task"))
            .setInput(fields.text("input"))
            .setDeadline(
                deadline == null
                    ? Instant.ofEpochMilli(clock.millis() + patience.toMillis())
                    : deadline)
            .setMinHistoryVersion(fields.longOrNull("min_history_version"))
            .setPersonalize(personalize == null || personalize)
            .setTrial(trial(fields.objectOrNull("trial")))
            .build();
    fields.refuseOthers();
    // One in another unit breaks a rule of queries, whose message says more.
    if (isOver(query.getDeadline()) && QueryRules.problem(query).isEmpty()) {
      throw fields.invalid(
          "deadline", "lies in the past by the gateway's clock: send a later one, or leave it out");
    }
    return query;
  }

  /** 0 names none: the tenant's policy does. */
  private boolean isOver(Instant deadline) {
    return deadline.toEpochMilli() != 0 && deadline.toEpochMilli() <= clock.millis();
  }

  private static Trial trial(Fields fields) {
    if (fields == null) {
      return null;
    }
    TrialItems items = fields.oneOfOrNull("items", TrialItems.class, TrialItems.UNKNOWN);
    List<String> without = fields.textsOrNull("without");
    fields.refuseOthers();
    return new Trial(
        items == null ? TrialItems.RERANKED : items, without == null ? List.of() : without);
  }

  /** Seconds to wait, 0 for {@code respond-async}; empty to wait for the deadline. */
  private static OptionalLong wait(String prefer) {
    String preferences = prefer.toLowerCase(Locale.ROOT);
    Matcher wait = WAIT.matcher(preferences);
    if (wait.find()) {
      return OptionalLong.of(Long.parseLong(wait.group(1)));
    }
    return preferences.contains("respond-async") ? OptionalLong.of(0) : OptionalLong.empty();
  }

  /** Gives the response to a query that this gateway has asked within the hour. */
  public CompletionStage<Reply> find(Call call) {
    String queryId = call.variables().get(0);
    String userId = call.query().get("user_id");
    if (userId == null) {
      userId =
          asked.owner(call.key().tenant(), queryId).orElseThrow(QueriesEndpoint::unknown).userId();
    }
    CompletableFuture<Response> response =
        asked.response(call.user(userId), queryId).orElseThrow(QueriesEndpoint::unknown);
    return response.isDone()
        ? response.thenApply(answer -> reply(call, answer))
        : CompletableFuture.completedFuture(pending(userId, queryId));
  }

  private static Refusal unknown() {
    return Refusal.notFound(
        null,
        "this gateway knows no such query of the last hour: ask again under the same query_id, and"
            + " the recorded response comes");
  }

  /** The response, or the refusal that it is. */
  private static Reply reply(Call call, Response response) {
    Queries.requireAnswered(response);
    ObjectNode json = Json.of(response).without(List.of("tenant"));
    if (!call.accepts(Reply.EVENT_STREAM)) {
      return Reply.json(Reply.OK, json);
    }
    byte[] event = ("event: response\ndata: " + json + "\n\n").getBytes(UTF_8);
    return new Reply(Reply.OK, Reply.EVENT_STREAM, Map.of(), new Reply.Bytes(event));
  }

  /** The response is still to come, and where. */
  private static Reply pending(String userId, String queryId) {
    String location =
        "/v1/responses/%s?user_id=%s".formatted(Percent.encode(queryId), Percent.encode(userId));
    return Reply.json(
            Reply.ACCEPTED, Json.object().put("query_id", queryId).put("location", location))
        .with(Map.of("Location", location, "Retry-After", "1"));
  }
}
