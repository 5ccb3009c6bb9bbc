package io.hydra.ingest.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Fields;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Percent;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.schemas.avro.BehaviorEvent;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads CloudEvents 1.0 by its HTTP binding. {@code subject} is the user, {@code source} and {@code
 * id} together the event, {@code type} says what {@code data} is; the task stands in data, or in an
 * extension attribute.
 */
record CloudEvents(EventReader events) implements EventsEndpoint.Format {
  static final String STRUCTURED = "application/cloudevents+json";
  static final String BATCH = "application/cloudevents-batch+json";
  static final String INTERACTION = "io.hydra.interaction.v1";
  static final String FEEDBACK = "io.hydra.feedback.v1";

  private static final String PREFIX = "ce-";
  private static final String VERSION = "1.0";
  private static final Pattern PAYLOAD = Pattern.compile("(?:interaction|feedback)\\.");

  static boolean isBinary(Call call) {
    return call.header(PREFIX + "specversion").isPresent();
  }

  /** The event of a request in binary mode as one of structured mode. */
  static JsonNode structured(Call call) {
    ObjectNode event = Json.object();
    call.headers()
        .forEach(
            header -> {
              String name = header.getName().toLowerCase(Locale.ROOT);
              if (name.startsWith(PREFIX)) {
                event.put(name.substring(PREFIX.length()), Percent.decodeHeader(header.getValue()));
              }
            });
    event.put("datacontenttype", call.mediaType());
    event.set("data", Json.parse(call.text()));
    return event;
  }

  /** Reads an event of structured mode. */
  @Override
  public BehaviorEvent read(int index, JsonNode record) {
    Fields attributes = Fields.of(record);
    if (!attributes.text("specversion").equals(VERSION)) {
      throw attributes.invalid("specversion", "must be 1.0");
    }
    String source = attributes.text("source");
    if (source.isEmpty()) {
      throw attributes.invalid("source", "must not be empty");
    }
    String id = attributes.text("id");
    if (id.isEmpty()) {
      throw attributes.invalid("id", "must not be empty");
    }
    events.requireOwn(attributes.textOrNull("tenant"));
    String given = attributes.textOrNull("datacontenttype");
    String contentType = given == null ? "" : Call.mediaType(given);
    if (!List.of("", Reply.JSON).contains(contentType) && !contentType.endsWith("+json")) {
      throw attributes.invalid("datacontenttype", "must be application/json");
    }
    String type = attributes.text("type");
    Fields data = attributes.objectOrNull("data");
    if (data == null) {
      throw attributes.invalid("data", "must be given, as JSON");
    }
    String task = data.textOrNull("task");
    Object payload =
        switch (type) {
          case INTERACTION -> EventReader.interaction(data);
          case FEEDBACK -> EventReader.feedback(data);
          default ->
              throw attributes.invalid("type", "must be %s or %s".formatted(INTERACTION, FEEDBACK));
        };
    return events.event(
        EventIds.ofCloudEvent(source, id),
        index,
        record,
        attributes.text("subject"),
        task == null ? attributes.text("task") : task,
        attributes.timeOrNull("time"),
        payload);
  }

  @Override
  public Refusal own(Refusal refusal) {
    String field = refusal.field();
    if (field == null) {
      return refusal;
    }
    return switch (field) {
      case "user_id" -> refusal.under("subject");
      case "occurred_at" -> refusal.under("time");
      default ->
          PAYLOAD.matcher(field).lookingAt()
              ? refusal.under(PAYLOAD.matcher(field).replaceFirst("data."))
              : refusal;
    };
  }
}
