package io.hydra.datasets.lines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.datasets.lines.TextLines.LineException;
import io.hydra.schemas.user.EpochUnit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Pattern;

/**
 * Reads a time: ISO-8601 with {@code T} or a space, with or without fraction, offset (UTC where
 * there is none) or time of day; or a number since 1970, whose size tells its {@link EpochUnit}.
 */
final class OccurredAt {
  private static final Instant EARLIEST = EpochUnit.MILLISECONDS.toInstant(100_000_000_000L);
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final Pattern DIGITS = Pattern.compile("\\d{9,19}(\\.\\d{1,9})?");
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[['T'][ ]")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[ ][XXX][XX][X]]")
          .toFormatter();

  private OccurredAt() {}

  static Instant parse(JsonNode value) throws LineException {
    Instant moment = read(value).truncatedTo(ChronoUnit.MILLIS);
    if (moment.isBefore(EARLIEST)) {
      throw new LineException(
          "\"occurred_at\" lies before March 1973: write ISO-8601, or seconds or milliseconds since"
              + " 1970");
    }
    if (moment.isAfter(LATEST)) {
      throw new LineException("\"occurred_at\" lies after the year 9999: check its unit");
    }
    return moment;
  }

  private static Instant read(JsonNode value) throws LineException {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return sinceEpoch(BigDecimal.valueOf(value.longValue()));
    }
    if (value.isFloatingPointNumber() && Math.abs(value.doubleValue()) < Long.MAX_VALUE) {
      return sinceEpoch(value.decimalValue());
    }
    if (value.isTextual()) {
      String text = value.asText().strip();
      try {
        return DIGITS.matcher(text).matches() ? sinceEpoch(new BigDecimal(text)) : parse(text);
      } catch (DateTimeParseException | ArithmeticException e) {
        // Its message quotes the line.
      }
    }
    throw new LineException(
        value.isMissingNode() || value.isNull()
            ? "\"occurred_at\" is missing"
            : "\"occurred_at\" must be ISO-8601, such as 2026-01-31T10:00:00Z, or seconds or"
                + " milliseconds since 1970");
  }

  /** A fraction counts only with seconds: of the smaller units it is below a millisecond. */
  private static Instant sinceEpoch(BigDecimal value) {
    long whole = value.setScale(0, RoundingMode.FLOOR).longValueExact();
    EpochUnit unit = EpochUnit.of(whole);
    if (unit != EpochUnit.SECONDS) {
      return unit.toInstant(whole);
    }
    return EpochUnit.MILLISECONDS.toInstant(
        value.movePointRight(3).setScale(0, RoundingMode.FLOOR).longValueExact());
  }

  private static Instant parse(String text) {
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
