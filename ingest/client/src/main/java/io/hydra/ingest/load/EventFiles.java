package io.hydra.ingest.load;

import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.datasets.lines.CsvColumns;
import io.hydra.datasets.lines.EventFileException;
import io.hydra.datasets.lines.EventLine;
import io.hydra.datasets.lines.EventLines;
import io.hydra.datasets.lines.EventLines.Defaults;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.EventRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads events from files: JSON lines, CSV, or a folder in LaMP's layout, whose profiles become the
 * events of its users.
 *
 * <p>A bad line does not stop a load: it is given as {@link LoadedEvent.Bad}, and the rest follows.
 * A file that cannot be read at all, or a LaMP file that is malformed anywhere, throws.
 */
public final class EventFiles {
  /** LaMP's splits that have users of their own. */
  public static final List<String> LAMP_SPLITS = List.of("train", "dev");

  private static final Pattern EVENTS = Pattern.compile("(?i).*\\.(jsonl|csv)(\\.gz)?");

  private EventFiles() {}

  /**
   * As {@link #read(Path, Defaults, CsvColumns, AtomicLong)}, with columns named as their fields.
   *
   * @param defaultTenant tenant of lines that name none, and of all LaMP users
   */
  public static Stream<LoadedEvent> read(Path path, String defaultTenant) {
    return read(path, new Defaults(defaultTenant, null), CsvColumns.SAME, new AtomicLong());
  }

  /**
   * All events of one file, or of a folder in LaMP's layout, in an order that never changes. Close
   * the stream after use.
   *
   * @param path a {@code .jsonl} or {@code .csv} file (plain or {@code .gz}), or a LaMP folder
   * @param bytes counts what has been read of a file
   * @throws EventFileException if the path is missing or is neither
   * @throws LampFormatException if a LaMP file is malformed
   */
  public static Stream<LoadedEvent> read(
      Path path, Defaults defaults, CsvColumns columns, AtomicLong bytes) {
    if (Files.isDirectory(path)) {
      return readLamp(path, defaults.tenant(), splitsIn(path));
    }
    if (Files.isRegularFile(path)) {
      return new EventLines(defaults, columns, System.currentTimeMillis())
          .read(path, bytes)
          .map(line -> loaded(path, line));
    }
    throw new EventFileException(
        path + ": no such file or folder; name a .jsonl or .csv file, or a folder");
  }

  /**
   * The files to be read for a path: of a folder that is not in LaMP's layout, its files of events,
   * by name.
   *
   * @throws EventFileException if there is nothing, or the folder cannot be read
   */
  public static List<Path> expand(Path path) {
    if (!Files.isDirectory(path) || LAMP_SPLITS.stream().anyMatch(s -> LampReader.has(path, s))) {
      return List.of(path);
    }
    try (Stream<Path> inside = Files.list(path)) {
      List<Path> files =
          inside
              .filter(Files::isRegularFile)
              .filter(file -> EVENTS.matcher(file.getFileName().toString()).matches())
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new EventFileException(
            path
                + ": holds neither .jsonl nor .csv files, nor LaMP's train_questions.json or"
                + " dev_questions.json (.gz or plain)");
      }
      return files;
    } catch (IOException e) {
      throw new EventFileException("%s: cannot be listed (%s)".formatted(path, e.getMessage()), e);
    }
  }

  private static LoadedEvent loaded(Path file, EventLine line) {
    if (line instanceof EventLine.Bad bad) {
      return new LoadedEvent.Bad(file + ":" + bad.number(), bad.reason());
    }
    EventLine.Good good = (EventLine.Good) line;
    return new LoadedEvent.Good(good.event(), good.ignored());
  }

  /** The profiles of some splits, each user's oldest first. Their answers are not needed. */
  public static Stream<LoadedEvent> readLamp(Path folder, String tenant, List<String> splits) {
    return splits.stream()
        .flatMap(
            name -> {
              LampSplit split = LampReader.readProfiles(folder, name);
              Map<String, Map<String, HistoryItem>> seen = new HashMap<>();
              return split.users().stream()
                  .flatMap(
                      user ->
                          profile(
                              folder,
                              name,
                              split.taskId(),
                              user,
                              tenant,
                              seen.computeIfAbsent(user.id(), u -> new HashMap<>())));
            });
  }

  private static Stream<LoadedEvent> profile(
      Path folder,
      String split,
      String task,
      LampUser user,
      String tenant,
      Map<String, HistoryItem> seen) {
    return user.profile().stream()
        .map(
            item -> {
              HistoryItem other = seen.putIfAbsent(item.eventId(), item);
              // The same id is the same event: the second would be lost without a word.
              return other != null && !other.equals(item)
                  ? bad(
                      folder,
                      split,
                      user,
                      item,
                      "another item of this user has the same id: give each its own")
                  : event(folder, split, task, user, tenant, item);
            });
  }

  private static LoadedEvent bad(
      Path folder, String split, LampUser user, HistoryItem item, String reason) {
    return new LoadedEvent.Bad(
        "%s (%s), user %s, item %s".formatted(folder, split, user.id(), item.eventId()), reason);
  }

  private static LoadedEvent event(
      Path folder, String split, String task, LampUser user, String tenant, HistoryItem item) {
    // Histories belong to a task, so the item's own id serves, even if two tasks number alike.
    BehaviorEvent event =
        new BehaviorEvent(
            item.eventId(),
            tenant,
            user.id(),
            task,
            Instant.ofEpochMilli(item.occurredAt()),
            new Interaction(item.input(), item.output(), null));
    return EventRules.problem(event, System.currentTimeMillis())
        .map(problem -> bad(folder, split, user, item, problem))
        .orElseGet(() -> new LoadedEvent.Good(event, List.of()));
  }

  private static List<String> splitsIn(Path folder) {
    List<String> splits = LAMP_SPLITS.stream().filter(s -> LampReader.has(folder, s)).toList();
    if (splits.isEmpty()) {
      throw new EventFileException(
          folder
              + ": holds neither train_questions.json nor dev_questions.json (.gz or plain); name a"
              + " folder in LaMP's layout or a .jsonl file");
    }
    return splits;
  }
}
