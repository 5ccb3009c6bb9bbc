package io.hydra.datasets.lamp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.datasets.lines.JsonTexts;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code <split>_questions.json} and {@code <split>_outputs.json} as LaMP publishes them,
 * plain or gzipped, with or without dates, one question at a time.
 */
public final class LampReader {
  private static final Logger log = LoggerFactory.getLogger(LampReader.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The first item's time where a file has no dates; any fixed time would do. */
  private static final long UNDATED_START =
      LocalDate.of(2020, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();

  private LampReader() {}

  /** Tells whether the folder has files of this split. */
  public static boolean has(Path folder, String split) {
    return Files.exists(folder.resolve(split + "_questions.json.gz"))
        || Files.exists(folder.resolve(split + "_questions.json"));
  }

  /**
   * The users that can be asked: questions without an output, and those whose id stands there
   * before, are left out and counted in a warning.
   *
   * @param split {@code train} or {@code dev}
   * @throws LampFormatException if a file is missing or malformed, or no question has an output
   */
  public static LampSplit read(Path folder, String split) {
    if (!Files.isDirectory(folder)) {
      throw new LampFormatException(
          folder + ": no such folder; name one with " + split + "_questions.json in it");
    }
    Map<String, String> golds = readGolds(file(folder, split + "_outputs.json"));
    LampSplit all = readQuestions(file(folder, split + "_questions.json"), golds);
    List<LampUser> answered = all.users().stream().filter(u -> u.gold() != null).toList();
    Set<String> ids = new HashSet<>();
    List<LampUser> users = answered.stream().filter(u -> ids.add(u.id())).toList();
    if (users.size() < all.users().size()) {
      log.warn(
          "{} ({}): {} of {} questions are left out, {} without an output and {} whose id stands"
              + " there before",
          folder,
          split,
          all.users().size() - users.size(),
          all.users().size(),
          all.users().size() - answered.size(),
          answered.size() - users.size());
    }
    if (users.isEmpty()) {
      throw new LampFormatException(
          "%s: the questions of %s_questions.json have no entry in the outputs file; both must hold the same ids"
              .formatted(folder, split));
    }
    return new LampSplit(all.layout(), users);
  }

  /**
   * The profiles alone, of every question, for whoever needs no answers: {@link LampUser#gold()} is
   * null, and an id that stands there twice is a user twice.
   *
   * @throws LampFormatException if the questions are missing or malformed
   */
  public static LampSplit readProfiles(Path folder, String split) {
    return readQuestions(file(folder, split + "_questions.json"), Map.of());
  }

  private static Path file(Path folder, String name) {
    Path zipped = folder.resolve(name + ".gz");
    if (Files.exists(zipped)) {
      return zipped;
    }
    Path plain = folder.resolve(name);
    if (Files.exists(plain)) {
      return plain;
    }
    throw new LampFormatException(
        "%s: neither %s nor %s.gz is in it; LaMP's layout needs one of them"
            .formatted(folder, name, name));
  }

  private static Map<String, String> readGolds(Path file) {
    try (InputStream in = open(file)) {
      JsonNode golds = JSON.readTree(in).path("golds");
      if (!golds.isArray()) {
        throw new LampFormatException(
            file
                + ": no array \"golds\"; expected {\"task\": …, \"golds\": [{\"id\","
                + " \"output\"}]}");
      }
      Map<String, String> byId = new HashMap<>();
      for (JsonNode gold : golds) {
        byId.put(text(gold, "id", file, "golds"), text(gold, "output", file, "golds"));
      }
      return byId;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static LampSplit readQuestions(Path file, Map<String, String> golds) {
    List<LampUser> users = new ArrayList<>();
    LampLayout layout = null;
    try (InputStream in = open(file);
        JsonParser parser = JSON.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new LampFormatException(file + ": expected an array of questions");
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        JsonNode question = JSON.readTree(parser);
        String place = "question " + users.size();
        String id = text(question, "id", file, place);
        JsonNode profile = question.path("profile");
        if (!profile.isArray()) {
          throw new LampFormatException("%s: %s has no array \"profile\"".formatted(file, place));
        }
        if (layout == null && !profile.isEmpty()) {
          layout = layoutOf(profile.get(0), file);
        }
        String input = text(question, "input", file, place);
        users.add(
            new LampUser(
                id,
                layout == null ? List.of() : items(profile, id, layout, file, place),
                layout == null ? input : layout.stripInstruction(input),
                golds.get(id)));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (layout == null) {
      throw new LampFormatException(
          file + ": no question has a profile, so nothing can be learned");
    }
    return new LampSplit(layout, users);
  }

  private static LampLayout layoutOf(JsonNode item, Path file) {
    Set<String> fields = new TreeSet<>();
    item.fieldNames().forEachRemaining(fields::add);
    return LampLayout.of(fields)
        .orElseThrow(
            () ->
                new LampFormatException(
                    "%s: profile items with the fields %s fit no known task; convert them to JSON lines and load those"
                        .formatted(file, fields)));
  }

  private static List<HistoryItem> items(
      JsonNode profile, String user, LampLayout layout, Path file, String place) {
    List<HistoryItem> items = new ArrayList<>(profile.size());
    for (JsonNode node : profile) {
      String where = place + ", item " + items.size();
      StringBuilder input = new StringBuilder();
      for (String field : layout.inputFields()) {
        input.append(input.isEmpty() ? "" : " ").append(text(node, field, file, where));
      }
      String output = text(node, layout.outputField(), file, where);
      long date = time(node, items.size(), file, where);
      String id =
          node.path("id").isMissingNode() ? user + "-" + items.size() : node.get("id").asText();
      items.add(new HistoryItem(id, date, input.toString(), output));
    }
    return strictlyIncreasing(items);
  }

  /**
   * Sorted by date; dates have no time of day, so items of one day keep the order they stand in.
   */
  private static List<HistoryItem> strictlyIncreasing(List<HistoryItem> items) {
    items.sort(Comparator.comparingLong(HistoryItem::occurredAt));
    List<HistoryItem> increasing = new ArrayList<>(items.size());
    long previous = 0;
    for (HistoryItem item : items) {
      previous = Math.max(item.occurredAt(), previous + 1);
      increasing.add(new HistoryItem(item.eventId(), previous, item.input(), item.output()));
    }
    return increasing;
  }

  private static long time(JsonNode item, int index, Path file, String where) {
    JsonNode date = item.path("date");
    if (date.isMissingNode() || date.isNull()) {
      return UNDATED_START + index;
    }
    try {
      return LocalDate.parse(date.asText()).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new LampFormatException(
          "%s: %s: \"date\" must be YYYY-MM-DD".formatted(file, where), e);
    }
  }

  private static String text(JsonNode node, String field, Path file, String where) {
    JsonNode value = node.path(field);
    return JsonTexts.of(value)
        .orElseThrow(
            () -> new LampFormatException("%s: %s has no \"%s\"".formatted(file, where, field)));
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
  }

  private static LampFormatException unreadable(Path file, IOException e) {
    // A parser's own message quotes the text it stumbled on; its place is enough.
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      return new LampFormatException(
          "%s: not valid JSON at line %d, column %d"
              .formatted(file, json.getLocation().getLineNr(), json.getLocation().getColumnNr()));
    }
    return new LampFormatException("%s: cannot be read (%s)".formatted(file, e.getMessage()), e);
  }
}
