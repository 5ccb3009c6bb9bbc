package io.hydra.ingest.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.Backend;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Fields;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Route.Endpoint;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.user.EventRules;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes one verdict on a response, in the project's own shape or in TensorZero's. User and task may
 * be left out for a query that this gateway has asked within the hour.
 */
public record FeedbackEndpoint(Backend backend, Asked asked, Outcomes outcomes, EventTimes times)
    implements Endpoint {
  private static final String DEMONSTRATION = "demonstration";
  private static final String COMMENT = "comment";
  private static final String NESTED = "feedback.";

  @Override
  public CompletionStage<Reply> answer(Call call) {
    JsonNode record = call.json();
    Fields fields = Fields.of(record);
    boolean foreign = fields.has("metric_name");
    call.requireOwn(fields.textOrNull("tenant"));
    Feedback feedback = foreign ? tensorZero(fields) : EventReader.verdict(fields);
    Fields tags = foreign ? fields.objectOrNull("tags") : null;
    String user = first(fields, tags, "user_id");
    String task = first(fields, tags, "task");
    if (user == null || task == null) {
      Asked.Owner owner =
          asked
              .owner(call.key().tenant(), feedback.getQueryId())
              .orElseThrow(
                  () ->
                      Refusal.invalid(
                          "user_id",
                          "this gateway does not know whose the query was: send user_id and task"));
      user = user == null ? owner.userId() : user;
      task = task == null ? owner.task() : task;
    }
    Optional<Response> answer = asked.answer(call.user(user), feedback.getQueryId());
    if (answer.isPresent() && !answer.get().getTask().equals(task)) {
      throw Refusal.invalid("task", "task is not the query's: leave it out");
    }
    answer
        .flatMap(known -> EventRules.problemOfChoice(feedback, known.getCandidates().size()))
        .ifPresent(problem -> refuse(problem, foreign));
    boolean dryRun = Boolean.TRUE.equals(fields.booleanOrNull("dryrun"));
    Instant occurredAt = fields.timeOrNull("occurred_at");
    String id = fields.textOrNull("event_id");
    if (!foreign) {
      fields.refuseOthers();
    }
    BehaviorEvent event =
        new EventReader(call, times)
            .event(
                id,
                0,
                record,
                user,
                task,
                dryRun && occurredAt == null ? times.now() : occurredAt,
                feedback);
    ObjectNode told = told(event.getEventId(), foreign);
    if (isAnothers(event, feedback.getQueryId())) {
      told.put(
          "warning",
          "this gateway has asked the query for another user: of this user's no answer may be"
              + " known");
    }
    if (dryRun) {
      EventRules.problem(event, times.now().toEpochMilli())
          .ifPresent(problem -> refuse(problem, foreign));
      return CompletableFuture.completedFuture(Reply.json(Reply.OK, told));
    }
    try {
      return backend
          .publish(event, call.trace())
          .thenApply(done -> Reply.json(Reply.ACCEPTED, told));
    } catch (Refusal refusal) {
      throw own(refusal, foreign);
    }
  }

  /** Ids of queries are unique within their user alone, so another gateway may know better. */
  private boolean isAnothers(BehaviorEvent event, String queryId) {
    return asked
        .owner(event.getTenant(), queryId)
        .filter(owner -> !owner.userId().equals(event.getUserId()))
        .isPresent();
  }

  private static void refuse(String problem, boolean foreign) {
    throw own(Refusal.ofRule(problem), foreign);
  }

  /** Under the name that the field has here, where a verdict stands in no {@code feedback}. */
  private static Refusal own(Refusal refusal, boolean foreign) {
    String field = refusal.field();
    if (field == null || !field.startsWith(NESTED)) {
      return refusal;
    }
    String name = field.substring(NESTED.length());
    return refusal.under(foreign ? name.equals("query_id") ? "inference_id" : "value" : name);
  }

  private static ObjectNode told(String eventId, boolean foreign) {
    ObjectNode told = Json.object().put("event_id", eventId);
    return foreign ? told.put("feedback_id", eventId) : told;
  }

  private static String first(Fields fields, Fields tags, String name) {
    String own = fields.textOrNull(name);
    return own == null && tags != null ? tags.textOrNull(name) : own;
  }

  /** {@code {"inference_id", "metric_name", "value"}}: the metric's name says what value is. */
  private static Feedback tensorZero(Fields fields) {
    String metric = fields.text("metric_name");
    String query = fields.text("inference_id");
    if (metric.equals(COMMENT)) {
      throw fields.invalid(
          "metric_name", "is comment, which nothing is learned from and nothing keeps");
    }
    if (metric.equals(DEMONSTRATION)) {
      return new Feedback(query, Verdict.EDITED, null, fields.text("value"), null);
    }
    JsonNode value = fields.valueOrNull("value");
    if (value != null && value.isBoolean()) {
      Verdict verdict = value.booleanValue() ? Verdict.ACCEPTED : Verdict.REJECTED;
      return new Feedback(query, verdict, null, null, null);
    }
    if (value != null && value.isNumber()) {
      return new Feedback(query, Verdict.RATED, null, null, value.doubleValue());
    }
    throw fields.invalid(
        "value", "must be true or false, a rating from 0 to 1, or a text with demonstration");
  }

  /** Tells what became of a verdict, by its event's id and its user. */
  public CompletionStage<Reply> outcome(Call call) {
    String user = call.query().get("user_id");
    if (user == null) {
      throw Refusal.invalid("user_id", "name the verdict's user in ?user_id=");
    }
    VerdictOutcome told =
        outcomes.find(call.user(user), call.variables().get(0)).orElseThrow(this::unknown);
    return CompletableFuture.completedFuture(
        Reply.json(
            Reply.OK,
            Json.object()
                .put("event_id", told.getEventId())
                .put("query_id", told.getQueryId())
                .put("outcome", told.getOutcome().name().toLowerCase(Locale.ROOT))
                .put("reason", told.getReason())
                .put("decided_at", told.getDecidedAt().toString())));
  }

  private Refusal unknown() {
    return outcomes.areRead()
        ? Refusal.notFound(
            null,
            "no outcome of such a verdict was told within the hour, and since this gateway began:"
                + " ask again in a moment")
        : Refusal.unavailable(
            "outcomes are not read: the gateway's log says why; it needs the right to read"
                + " hydra.verdict-outcomes");
  }
}
