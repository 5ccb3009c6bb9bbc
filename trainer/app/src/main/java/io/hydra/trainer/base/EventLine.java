package io.hydra.trainer.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Set;
import java.util.TreeSet;

/**
 * One interaction as {@code hydra load} takes it: {@code user_id}, {@code task}, {@code
 * occurred_at} (ISO-8601, UTC where no offset is given, or milliseconds since the epoch), {@code
 * input} and {@code output}; {@code tenant} and {@code event_id} where given.
 *
 * @param item its event id is empty if the line names none
 */
record EventLine(UserKey user, String task, HistoryItem item) {
  /** As {@code hydra load} has it. */
  private static final String DEFAULT_TENANT = "demo";

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);
  private static final Set<String> FIELDS =
      new TreeSet<>(
          Set.of("event_id", "tenant", "user_id", "task", "occurred_at", "input", "output"));
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd['T'HH:mm[:ss][.SSS][XXX]]");

  /**
   * @throws TrainingDataException saying what is wrong, without quoting the line
   */
  static EventLine parse(String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the line, so it is no cause either.
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw new TrainingDataException(
          "not valid JSON" + column + ": one object per line is expected");
    }
    if (!node.isObject()) {
      throw new TrainingDataException("not an object: one object per line is expected");
    }
    Set<String> unknown = new TreeSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw new TrainingDataException(
          "%d unknown field(s); the fields are %s"
              .formatted(unknown.size(), String.join(", ", FIELDS)));
    }
    String id = node.hasNonNull("event_id") ? text(node, "event_id") : null;
    BehaviorEvent event =
        new BehaviorEvent(
            id == null ? "none" : id,
            node.hasNonNull("tenant") ? text(node, "tenant") : DEFAULT_TENANT,
            text(node, "user_id"),
            text(node, "task"),
            time(node.path("occurred_at")),
            new Interaction(text(node, "input"), text(node, "output")));
    EventRules.problem(event, System.currentTimeMillis())
        .ifPresent(
            problem -> {
              throw new TrainingDataException(problem);
            });
    return new EventLine(
        new UserKey(event.getTenant(), event.getUserId()),
        event.getTask(),
        new HistoryItem(
            id == null ? "" : id,
            event.getOccurredAt().toEpochMilli(),
            text(node, "input"),
            text(node, "output")));
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw new TrainingDataException("\"%s\" is missing".formatted(field));
    }
    // A rating or an id may well stand there as a number.
    if (!value.isTextual() && !value.isNumber()) {
      throw new TrainingDataException("\"%s\" must be a string".formatted(field));
    }
    return value.asText();
  }

  private static Instant time(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return Instant.ofEpochMilli(value.asLong());
    }
    if (value.isTextual()) {
      try {
        return time(value.asText());
      } catch (DateTimeParseException e) {
        // Its message quotes the line.
      }
    }
    throw new TrainingDataException(
        value.isMissingNode() || value.isNull()
            ? "\"occurred_at\" is missing"
            : "\"occurred_at\" must be ISO-8601, such as 2026-01-31T10:00:00Z, or milliseconds since 1970");
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeParseException withoutOffset) {
      TemporalAccessor time =
          DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      if (time instanceof LocalDateTime local) {
        return local.toInstant(ZoneOffset.UTC);
      }
      if (time instanceof LocalDate date) {
        return date.atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return OffsetDateTime.from(time).toInstant();
    }
  }
}
