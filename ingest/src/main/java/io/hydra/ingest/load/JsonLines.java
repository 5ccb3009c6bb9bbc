package io.hydra.ingest.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.user.EventRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * One interaction per line:
 *
 * <pre>{@code
 * {"user_id": "ann", "task": "LaMP_3", "occurred_at": "2026-01-31T10:00:00Z", "input": "…", "output": "2"}
 * }</pre>
 *
 * {@code occurred_at} is ISO-8601 (UTC where no offset is given) or milliseconds since the epoch.
 * {@code event_id} and {@code tenant} may be given; a missing event id is derived from the line's
 * content, so that loading a file twice changes nothing. Other fields are refused: a misspelt one
 * would be lost silently. Blank lines are skipped.
 */
final class JsonLines {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);
  private static final Set<String> FIELDS =
      Set.of("event_id", "tenant", "user_id", "task", "occurred_at", "input", "output");

  private JsonLines() {}

  static Stream<LoadedEvent> read(Path file, String defaultTenant) {
    BufferedReader lines = open(file);
    AtomicInteger line = new AtomicInteger();
    return lines
        .lines()
        .map(
            text -> {
              int number = line.incrementAndGet();
              return text.isBlank() ? null : parse(file, number, text, defaultTenant);
            })
        .filter(event -> event != null)
        .onClose(
            () -> {
              try {
                lines.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static LoadedEvent parse(Path file, int line, String text, String defaultTenant) {
    try {
      BehaviorEvent event = event(JSON.readTree(text), defaultTenant);
      return EventRules.problem(event, System.currentTimeMillis())
          .<LoadedEvent>map(problem -> bad(file, line, problem))
          .orElseGet(() -> new LoadedEvent.Good(event));
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the line.
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      return bad(file, line, "not valid JSON" + column + ": one object per line is expected");
    } catch (LineException e) {
      return bad(file, line, e.getMessage());
    }
  }

  private static LoadedEvent bad(Path file, int line, String reason) {
    return new LoadedEvent.Bad(file + ":" + line, reason);
  }

  private static BehaviorEvent event(JsonNode node, String defaultTenant) throws LineException {
    if (!node.isObject()) {
      throw new LineException("not an object: one object per line is expected");
    }
    Set<String> unknown = new TreeSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw new LineException(
          "%d unknown field(s); the fields are %s"
              .formatted(unknown.size(), String.join(", ", new TreeSet<>(FIELDS))));
    }
    String tenant = node.hasNonNull("tenant") ? text(node, "tenant") : defaultTenant;
    String user = text(node, "user_id");
    String task = text(node, "task");
    Instant occurredAt = OccurredAt.parse(node.path("occurred_at"));
    String input = text(node, "input");
    String output = text(node, "output");
    String id =
        node.hasNonNull("event_id")
            ? text(node, "event_id")
            : DerivedEventId.of(user, task, occurredAt, input, output);
    return new BehaviorEvent(id, tenant, user, task, occurredAt, new Interaction(input, output));
  }

  private static String text(JsonNode node, String field) throws LineException {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw new LineException("\"%s\" is missing".formatted(field));
    }
    // A rating or an id may well stand there as a number.
    if (!value.isTextual() && !value.isNumber()) {
      throw new LineException("\"%s\" must be a string".formatted(field));
    }
    return value.asText();
  }

  private static BufferedReader open(Path file) {
    try {
      InputStream in = Files.newInputStream(file);
      try {
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
        return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw new LoadException(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }
}
