package io.hydra.ingest.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;

/** Reads a time: ISO-8601 with or without offset or time of day, or milliseconds. */
final class OccurredAt {
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd['T'HH:mm[:ss][.SSS][XXX]]");

  private OccurredAt() {}

  static Instant parse(JsonNode value) throws LineException {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return Instant.ofEpochMilli(value.asLong());
    }
    if (value.isTextual()) {
      try {
        return parse(value.asText());
      } catch (DateTimeParseException e) {
        throw new LineException(
            "\"occurred_at\" must be ISO-8601, such as 2026-01-31T10:00:00Z, or milliseconds since 1970");
      }
    }
    throw new LineException(
        value.isMissingNode() || value.isNull()
            ? "\"occurred_at\" is missing"
            : "\"occurred_at\" must be a string or a whole number of milliseconds");
  }

  private static Instant parse(String text) {
    try {
      return OffsetDateTime.parse(text)
          .toInstant()
          .truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
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
