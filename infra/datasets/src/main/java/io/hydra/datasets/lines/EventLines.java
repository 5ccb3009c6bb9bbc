package io.hydra.datasets.lines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hydra.datasets.lines.TextLines.LineException;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.user.EventRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Files of events: CSV with a header, its columns named as the fields below or by {@link
 * CsvColumns}; or JSON, one interaction per line:
 *
 * <pre>{@code
 * {"user_id": "ann", "task": "LaMP_3", "occurred_at": "2026-01-31T10:00:00Z", "input": "…", "output": "2"}
 * }</pre>
 *
 * {@code input}, {@code output} and {@code query_id} may stand in an object {@code interaction}, as
 * by HTTP. {@code occurred_at} is ISO-8601 (UTC where no offset is given), or a number of seconds,
 * milliseconds, microseconds or nanoseconds since 1970, told by its size. {@code event_id}, {@code
 * tenant} and {@code query_id}, of the query that was answered so, may be given; a missing event id
 * is derived from the rest of the line's content, so that loading a file twice changes nothing.
 * Numbers are taken as texts, {@code 4.0} as {@code 4}. Other fields are left out, and named with
 * the event; one of these in another spelling is refused. Blank lines are skipped. Every event
 * keeps {@link EventRules}.
 */
public final class EventLines {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .readerFor(JsonNode.class);
  static final List<String> FIELDS =
      List.of(
          "event_id", "tenant", "user_id", "task", "occurred_at", "input", "output", "query_id");

  /** Fields by what is the same in all their spellings. */
  private static final Map<String, String> BY_LETTERS =
      FIELDS.stream().collect(Collectors.toMap(EventLines::letters, field -> field));

  private static final List<String> REQUIRED = List.of("user_id", "occurred_at", "input", "output");
  private static final String INTERACTION = "interaction";
  private static final int ID_BYTES = 16;
  private static final String DUPLICATE = "Duplicate field";

  private final Defaults defaults;
  private final CsvColumns columns;
  private final long now;

  /**
   * Of lines that name none.
   *
   * @param task null if each must name its own
   */
  public record Defaults(String tenant, String task) {}

  /** Reads one record, which may take several lines; empty where there is none. */
  private interface RecordReader {
    Optional<? extends JsonNode> read(TextLines lines) throws LineException, IOException;
  }

  /**
   * @param defaultTenant tenant of lines that name none
   * @param now in milliseconds: no event may lie more than a day ahead of it
   */
  public EventLines(String defaultTenant, long now) {
    this(new Defaults(defaultTenant, null), CsvColumns.SAME, now);
  }

  /**
   * @param columns of files named {@code .csv} or {@code .csv.gz}
   */
  public EventLines(Defaults defaults, CsvColumns columns, long now) {
    this.defaults = defaults;
    this.columns = columns;
    this.now = now;
  }

  /**
   * The lines of a file that are not blank. Close the stream after use.
   *
   * @param file plain or gzipped, in UTF-8
   * @throws EventFileException naming the file, if it cannot be read; the stream throws it where it
   *     cannot be read on
   */
  public Stream<EventLine> read(Path file) {
    return read(file, new AtomicLong());
  }

  /**
   * @param bytes counts what has been read of the file
   */
  public Stream<EventLine> read(Path file, AtomicLong bytes) {
    String name = file.toString();
    try {
      return stream(TextLines.open(file, bytes), name, isCsv(name) ? csv() : EventLines::json);
    } catch (IOException e) {
      throw unreadable(file.toString(), 0, e);
    }
  }

  private static boolean isCsv(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".csv") || lower.endsWith(".csv.gz");
  }

  private RecordReader csv() {
    List<String> required = new ArrayList<>(REQUIRED);
    if (defaults.task() == null) {
      required.add("task");
    }
    CsvRecords records = new CsvRecords(columns, required);
    return records::read;
  }

  private static Optional<JsonNode> json(TextLines lines) throws LineException, IOException {
    String text = lines.text();
    return text.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(text));
  }

  private Stream<EventLine> stream(TextLines lines, String name, RecordReader records) {
    var parsed =
        new Spliterators.AbstractSpliterator<EventLine>(
            Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
          @Override
          public boolean tryAdvance(Consumer<? super EventLine> action) {
            try {
              while (lines.next()) {
                Optional<EventLine> line = parse(lines, records);
                if (line.isPresent()) {
                  action.accept(line.get());
                  return true;
                }
              }
              return false;
            } catch (EventFileException e) {
              throw new EventFileException(name + ": " + e.getMessage(), e);
            } catch (IOException e) {
              throw unreadable(name, lines.number(), e);
            }
          }
        };
    return StreamSupport.stream(parsed, false)
        .onClose(
            () -> {
              try {
                lines.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static EventFileException unreadable(String name, int line, IOException e) {
    return new EventFileException(
        line == 0
            ? "%s: cannot be read (%s)".formatted(name, e.getMessage())
            : "%s: cannot be read after line %d (%s)".formatted(name, line, e.getMessage()),
        e);
  }

  private Optional<EventLine> parse(TextLines lines, RecordReader records) throws IOException {
    int number = lines.number();
    try {
      Optional<? extends JsonNode> record = records.read(lines);
      return record.isEmpty() ? Optional.empty() : Optional.of(good(number, record.get()));
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the line, so it is not passed on.
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      String problem =
          String.valueOf(e.getOriginalMessage()).startsWith(DUPLICATE)
              ? "a field stands twice%s: keep one of them"
              : "not valid JSON%s: one object per line is expected";
      return Optional.of(new EventLine.Bad(number, problem.formatted(column)));
    } catch (LineException e) {
      String more =
          lines.number() == number
              ? ""
              : "; the lines up to %d are refused with it".formatted(lines.number());
      return Optional.of(new EventLine.Bad(number, e.getMessage() + more));
    }
  }

  private EventLine.Good good(int number, JsonNode node) throws LineException {
    if (!node.isObject()) {
      throw new LineException("not an object: one object per line is expected");
    }
    List<String> ignored = new ArrayList<>(0);
    requireSpelling(node, ignored);
    JsonNode texts = texts(node, ignored);
    String tenant = node.hasNonNull("tenant") ? text(node, "tenant") : defaults.tenant();
    String user = text(node, "user_id");
    boolean anyTask = defaults.task() != null && !node.hasNonNull("task");
    String task = anyTask ? defaults.task() : text(node, "task");
    Instant occurredAt = OccurredAt.parse(node.path("occurred_at"));
    String input = text(texts, "input");
    String output = text(texts, "output");
    String query = texts.hasNonNull("query_id") ? text(texts, "query_id") : null;
    boolean named = node.hasNonNull("event_id");
    String id = named ? text(node, "event_id") : deriveId(user, task, occurredAt, input, output);
    Interaction interaction = new Interaction(input, output, query);
    BehaviorEvent event = new BehaviorEvent(id, tenant, user, task, occurredAt, interaction);
    Optional<String> problem = EventRules.problem(event, now);
    if (problem.isPresent()) {
      throw new LineException(problem.get());
    }
    return new EventLine.Good(number, event, named, ignored);
  }

  /** The object that holds input and output: the line itself, or its interaction. */
  private static JsonNode texts(JsonNode node, List<String> ignored) throws LineException {
    if (node.has("input")) {
      return node;
    }
    if (node.path("feedback").isObject()) {
      throw new LineException(
          "a verdict is not read from a file: hydra feedback or POST /v1/feedback sends it");
    }
    JsonNode interaction = node.path(INTERACTION);
    if (!interaction.isObject()) {
      return node;
    }
    ignored.remove(INTERACTION);
    requireSpelling(interaction, ignored);
    return interaction;
  }

  /** The id of an event that came without one: 128 bits of SHA-256 over its content. */
  private static String deriveId(
      String user, String task, Instant occurredAt, String input, String output) {
    MessageDigest digest = Sha256.digest();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(occurredAt.toEpochMilli()).array());
    for (String part : List.of(user, task, input, output)) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
  }

  /**
   * @param ignored takes the names of fields that events do not have
   */
  private static void requireSpelling(JsonNode node, List<String> ignored) throws LineException {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (FIELDS.contains(name)) {
        continue;
      }
      String field = BY_LETTERS.get(letters(name));
      if (field == null) {
        ignored.add(name);
      } else {
        // The name itself may be anything, also somebody's text.
        throw new LineException(
            node.has(field)
                ? "\"%s\" stands twice, once spelled differently: remove the other field"
                    .formatted(field)
                : "\"%s\" is spelled differently: rename the field".formatted(field));
      }
    }
  }

  private static String letters(String name) {
    return name.strip().replaceAll("[_\\- ]", "").toLowerCase(Locale.ROOT);
  }

  private static String text(JsonNode node, String field) throws LineException {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw new LineException("\"%s\" is missing".formatted(field));
    }
    return JsonTexts.of(value)
        .orElseThrow(() -> new LineException("\"%s\" must be a string".formatted(field)));
  }
}
