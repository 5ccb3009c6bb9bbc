package io.hydra.ingest.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Fields;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import java.time.Instant;

/** Reads the project's own JSON of an event. Names are those of the Avro schema. */
final class EventReader implements EventsEndpoint.Format {
  private final Call call;
  private final EventIds ids;
  private final EventTimes times;

  EventReader(Call call, EventTimes times) {
    this.call = call;
    this.ids = EventIds.of(call);
    this.times = times;
  }

  /** Reads {@code {"event_id", "user_id", "task", "occurred_at", "interaction" | "feedback"}}. */
  @Override
  public BehaviorEvent read(int index, JsonNode record) {
    Fields fields = Fields.of(record);
    requireOwn(fields.textOrNull("tenant"));
    String user = fields.text("user_id");
    String task = fields.text("task");
    Fields interaction = fields.objectOrNull("interaction");
    Fields feedback = fields.objectOrNull("feedback");
    if (interaction == null && feedback == null && fields.has("input")) {
      throw fields.invalid(
          "interaction",
          "must be given: put input and output into it, {\"input\": …, \"output\": …}");
    }
    if ((interaction == null) == (feedback == null)) {
      throw Refusal.invalid(
          null,
          "an event has either interaction or feedback; a user is forgotten by DELETE"
              + " /v1/users/{id}");
    }
    Object payload = interaction == null ? feedback(feedback) : interaction(interaction);
    String id = fields.textOrNull("event_id");
    Instant occurredAt = fields.timeOrNull("occurred_at");
    fields.refuseOthers();
    return event(id, index, record, user, task, occurredAt, payload);
  }

  /** {@link Call#requireOwn}. */
  void requireOwn(String tenant) {
    call.requireOwn(tenant);
  }

  /** Puts an event together; what is left out is filled in. */
  BehaviorEvent event(
      String id,
      int index,
      JsonNode record,
      String user,
      String task,
      Instant occurredAt,
      Object payload) {
    String eventId = id == null ? ids.next(index, record.toString()) : id;
    Instant time = occurredAt;
    if (time == null) {
      // No copy of an event can come whose id was drawn here.
      boolean mayComeAgain = id != null || ids.isLasting();
      time = mayComeAgain ? times.of(call.user(user), eventId, payload) : times.now();
    }
    return new BehaviorEvent(eventId, call.key().tenant(), user, task, time, payload);
  }

  static Interaction interaction(Fields fields) {
    Interaction interaction =
        new Interaction(fields.text("input"), fields.text("output"), fields.textOrNull("query_id"));
    fields.refuseOthers();
    return interaction;
  }

  static Feedback feedback(Fields fields) {
    Feedback feedback = verdict(fields);
    fields.refuseOthers();
    return feedback;
  }

  /** The fields of a verdict among others. */
  static Feedback verdict(Fields fields) {
    Verdict verdict = fields.oneOfOrNull("verdict", Verdict.class, Verdict.UNKNOWN);
    if (verdict == null) {
      throw fields.invalid("verdict", "must be given");
    }
    return new Feedback(
        fields.text("query_id"),
        verdict,
        fields.integerOrNull("candidate"),
        fields.textOrNull("text"),
        fields.numberOrNull("rating"));
  }
}
