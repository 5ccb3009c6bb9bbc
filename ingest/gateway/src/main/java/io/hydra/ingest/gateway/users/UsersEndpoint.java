package io.hydra.ingest.gateway.users;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.gateway.Backend;
import io.hydra.ingest.gateway.events.EventIds;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Fields;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Shares;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.store.UserExports.OwnHeads;
import io.hydra.schemas.store.UserExports.UserExport;
import io.hydra.schemas.user.UserKey;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Exports what is remembered of a user, and forgets it.
 *
 * @param exports reads, and waits for it
 * @param readers runs it, and refuses what it has no room for
 * @param room for users who are being read or wait for it
 */
public record UsersEndpoint(
    Backend backend,
    Function<UserKey, UserExport> exports,
    Executor readers,
    Shares room,
    Asked asked,
    Clock clock) {
  /** All that is remembered of a user: the right of access. */
  public CompletionStage<Reply> export(Call call) {
    UserKey user = call.user(call.variables().get(0));
    String keyId = call.key().id();
    room.take(keyId, 1);
    CompletableFuture<UserExport> export;
    try {
      export = CompletableFuture.supplyAsync(() -> exports.apply(user), readers);
    } catch (RejectedExecutionException e) {
      room.giveBack(keyId, 1);
      throw Refusal.unavailable("other users are being read: ask again");
    }
    return export
        .whenComplete((found, failure) -> room.giveBack(keyId, 1))
        .exceptionally(
            failure -> {
              throw new CompletionException(unreadable(Failures.unwrap(failure)));
            })
        .thenApply(found -> Reply.json(Reply.OK, json(user, found)));
  }

  /** Forgets a user up to now, or up to {@code up_to}. */
  public CompletionStage<Reply> forget(Call call) {
    UserKey user = call.user(call.variables().get(0));
    String given = call.query().get("up_to");
    Instant upTo;
    try {
      upTo = given == null ? Instant.ofEpochMilli(clock.millis()) : Fields.time(given);
    } catch (DateTimeException e) {
      throw Refusal.invalid("up_to", "up_to " + Fields.ruleOfTime(given));
    }
    BehaviorEvent erasure =
        BehaviorEvents.erasure(EventIds.of(call).next(0, user + " " + given), user, upTo);
    try {
      return backend
          .publish(erasure, call.trace())
          .thenApply(
              done -> {
                asked.forget(user);
                return Reply.json(
                    Reply.ACCEPTED,
                    Json.object()
                        .put("event_id", erasure.getEventId())
                        .put("up_to", upTo.toString()));
              });
    } catch (Refusal refusal) {
      throw "occurred_at".equals(refusal.field()) ? refusal.under("up_to") : refusal;
    }
  }

  private static Refusal unreadable(Throwable failure) {
    return failure instanceof Refusal refusal
        ? refusal
        : Refusal.unavailable("what is remembered cannot be read now: ask again");
  }

  private static ObjectNode json(UserKey user, UserExport export) {
    ObjectNode json = Json.object().put("user_id", user.userId());
    json.put(
        "forgotten_up_to", export.erasedUpTo() == null ? null : export.erasedUpTo().toString());
    ArrayNode tasks = json.putArray("tasks");
    export
        .histories()
        .forEach(
            (task, history) -> {
              ObjectNode one =
                  tasks.addObject().put("task", task).put("history_version", history.version());
              ArrayNode items = one.putArray("items");
              for (HistoryItem item : history.items()) {
                items
                    .addObject()
                    .put("event_id", item.eventId())
                    .put("occurred_at", Instant.ofEpochMilli(item.occurredAt()).toString())
                    .put("input", item.input())
                    .put("output", item.output());
              }
            });
    ArrayNode heads = json.putArray("heads");
    for (OwnHeads own : export.heads()) {
      heads
          .addObject()
          .put("task", own.task())
          .put("base_version", own.baseVersion())
          .put("history_version", own.heads().historyVersion())
          .put("examples", own.heads().adapter().examples())
          .put("verdicts", own.heads().verdicts());
    }
    json.put("private_exports_rho", export.released());
    return json;
  }
}
