package io.hydra.ingest.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.Backend;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.ErrorStyle;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Route.Endpoint;
import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.avro.BehaviorEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Takes events: one, an array, lines of JSON, or CloudEvents. A record that is refused stops no
 * other of its request, and the reply, which comes once Kafka has confirmed the rest, tells of
 * each.
 *
 * @param tasks that are offered; none if that is not known. An event of another is taken all the
 *     same, since the base that knows it may be yet to come
 */
public record EventsEndpoint(
    Backend backend, EventTimes times, List<String> tasks, EventCounts counts) implements Endpoint {
  static final int MAX_RECORDS = 1_000;
  private static final String LINES = "application/x-ndjson";
  private static final String LINES_TOO = "application/jsonl";

  /** Told what became of records. */
  public interface EventCounts {
    void accepted();

    void refused(ProblemType why);
  }

  /**
   * The outcome of one record; {@code refusal} is null if it was accepted, {@code warning} if it
   * needs none.
   */
  private record Outcome(String eventId, Refusal refusal, String warning) {
    ObjectNode tell(ObjectNode json) {
      json.put("event_id", eventId);
      return warning == null || refusal != null ? json : json.put("warning", warning);
    }
  }

  @Override
  public CompletionStage<Reply> answer(Call call) {
    EventReader own = new EventReader(call, times);
    CloudEvents cloud = new CloudEvents(own);
    if (CloudEvents.isBinary(call)) {
      return one(call, CloudEvents.structured(call), cloud);
    }
    return switch (call.mediaType()) {
      case CloudEvents.STRUCTURED -> one(call, Json.parse(call.text()), cloud);
      case CloudEvents.BATCH -> many(call, elements(Json.parse(call.text())), cloud);
      case LINES, LINES_TOO -> many(call, lines(call.text()), own);
      case Reply.JSON, "" -> {
        JsonNode body = Json.parse(call.text());
        yield body.isArray() ? many(call, elements(body), own) : one(call, body, own);
      }
      default ->
          throw Refusal.of(
              ProblemType.UNSUPPORTED_MEDIA_TYPE,
              "events come as application/json, %s, %s, %s or %s"
                  .formatted(LINES, LINES_TOO, CloudEvents.STRUCTURED, CloudEvents.BATCH));
    };
  }

  /** A JSON of events. */
  interface Format {
    /**
     * @param index of the record in its request
     * @throws Refusal if it has another shape, or is another tenant's
     */
    BehaviorEvent read(int index, JsonNode record);

    /** Under the name that the field has in this format. */
    default Refusal own(Refusal refusal) {
      return refusal;
    }
  }

  /** A record, or why it cannot even be read. */
  private interface Source {
    JsonNode get();
  }

  private static List<Source> elements(JsonNode array) {
    if (!array.isArray()) {
      throw Refusal.of(ProblemType.INVALID, "a batch is a JSON array");
    }
    requireFew(array.size());
    List<Source> records = new ArrayList<>(array.size());
    array.forEach(record -> records.add(() -> record));
    return records;
  }

  private static List<Source> lines(String text) {
    List<Source> records = new ArrayList<>();
    text.lines()
        .filter(line -> !line.isBlank())
        .limit(MAX_RECORDS + 1L)
        .forEach(line -> records.add(() -> Json.parse(line)));
    requireFew(records.size());
    return records;
  }

  private static void requireFew(int records) {
    if (records == 0) {
      throw Refusal.of(ProblemType.INVALID, "the batch is empty");
    }
    if (records > MAX_RECORDS) {
      throw Refusal.of(
          ProblemType.TOO_LARGE, "a batch may have %d records: split it".formatted(MAX_RECORDS));
    }
  }

  private CompletionStage<Reply> one(Call call, JsonNode record, Format format) {
    return publish(0, () -> record, format, call.trace(), null)
        .thenApply(
            outcome -> {
              Refusal refusal = outcome.refusal();
              if (refusal != null) {
                String id = outcome.eventId();
                throw id == null ? refusal : refusal.naming("event_id", id);
              }
              return Reply.json(Reply.ACCEPTED, outcome.tell(Json.object()));
            });
  }

  private CompletionStage<Reply> many(Call call, List<Source> records, Format format) {
    Map<String, String> trace = call.trace();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>(records.size());
    Refusal away = null;
    for (int i = 0; i < records.size(); i++) {
      CompletableFuture<Outcome> outcome = publish(i, records.get(i), format, trace, away);
      outcomes.add(outcome);
      if (away == null && outcome.isDone()) {
        away = unavailable(outcome.join());
      }
    }
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(all -> reply(outcomes.stream().map(CompletableFuture::join).toList()));
  }

  /** Null unless Kafka was away. */
  private static Refusal unavailable(Outcome outcome) {
    Refusal refusal = outcome.refusal();
    return refusal != null && refusal.type() == ProblemType.UNAVAILABLE ? refusal : null;
  }

  /**
   * Never fails.
   *
   * @param away the reason to send nothing more, since each try may wait as long as the one before;
   *     null while Kafka is there
   */
  private CompletableFuture<Outcome> publish(
      int index, Source record, Format format, Map<String, String> trace, Refusal away) {
    CompletableFuture<Outcome> outcome;
    try {
      BehaviorEvent event = format.read(index, record.get());
      CompletableFuture<Void> sent =
          away == null ? backend.publish(event, trace) : CompletableFuture.failedFuture(away);
      String warning = warning(event.getTask());
      outcome =
          sent.handle(
              (done, failure) -> new Outcome(event.getEventId(), refusal(failure), warning));
    } catch (Refusal refusal) {
      outcome = CompletableFuture.completedFuture(new Outcome(null, format.own(refusal), null));
    }
    return outcome.whenComplete((done, failure) -> count(done));
  }

  private String warning(String task) {
    return tasks.isEmpty() || tasks.contains(task)
        ? null
        : task
            + " is none of the tasks that GET /v1/models lists: the event is kept, and teaches"
            + " nothing until a base knows the task";
  }

  private void count(Outcome outcome) {
    if (outcome.refusal() == null) {
      counts.accepted();
    } else {
      counts.refused(outcome.refusal().type());
    }
  }

  private static Refusal refusal(Throwable failure) {
    if (failure == null) {
      return null;
    }
    return Failures.unwrap(failure) instanceof Refusal refusal
        ? refusal
        : Refusal.unavailable("the event could not be sent: send it again under the same id");
  }

  /**
   * The status is the worst news that the sender must act on: 503 if something may be lost unless
   * it is sent again, 207 if some records were refused, their own fault if all were.
   */
  private static Reply reply(List<Outcome> outcomes) {
    ArrayNode events = Json.array();
    int accepted = 0;
    Refusal unavailable = null;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      ObjectNode event = events.addObject();
      Refusal refusal = outcome.refusal();
      if (outcome.eventId() != null) {
        outcome.tell(event);
      }
      event.put("status", refusal == null ? Reply.ACCEPTED : refusal.type().status());
      if (refusal == null) {
        accepted++;
      } else {
        event.set("problem", ErrorStyle.problem(refusal).put("index", i));
        unavailable = refusal.type() == ProblemType.UNAVAILABLE ? refusal : unavailable;
      }
    }
    ObjectNode content = Json.object();
    content.put("accepted", accepted);
    content.put("refused", outcomes.size() - accepted);
    content.set("events", events);
    if (unavailable != null) {
      return Reply.json(ProblemType.UNAVAILABLE.status(), content)
          .with("Retry-After", Integer.toString(unavailable.retryAfterSeconds()));
    }
    int status =
        accepted == outcomes.size()
            ? Reply.ACCEPTED
            : accepted == 0 ? ProblemType.INVALID.status() : Reply.MULTI_STATUS;
    return Reply.json(status, content);
  }
}
