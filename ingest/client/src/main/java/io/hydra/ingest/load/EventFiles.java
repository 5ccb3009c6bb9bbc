package io.hydra.ingest.load;

import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.datasets.lines.EventFileException;
import io.hydra.datasets.lines.EventLine;
import io.hydra.datasets.lines.EventLines;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.EventRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads events from files: JSON lines, or a folder in LaMP's layout, whose profiles become the
 * events of its users.
 *
 * <p>A bad line does not stop a load: it is given as {@link LoadedEvent.Bad}, and the rest follows.
 * A file that cannot be read at all, or a LaMP file that is malformed anywhere, throws.
 */
public final class EventFiles {
  /** LaMP's splits that have users of their own. */
  public static final List<String> LAMP_SPLITS = List.of("train", "dev");

  private EventFiles() {}

  /**
   * All events of one file or folder. Close the stream after use.
   *
   * @param path a {@code .jsonl} file (plain or {@code .gz}), or a LaMP folder
   * @param defaultTenant tenant of lines that name none, and of all LaMP users
   * @throws EventFileException if the path is missing or is neither
   * @throws LampFormatException if a LaMP file is malformed
   */
  public static Stream<LoadedEvent> read(Path path, String defaultTenant) {
    if (Files.isDirectory(path)) {
      return readLamp(path, defaultTenant, splitsIn(path));
    }
    if (Files.isRegularFile(path)) {
      return new EventLines(defaultTenant, System.currentTimeMillis())
          .read(path)
          .map(line -> loaded(path, line));
    }
    throw new EventFileException(
        path + ": no such file or folder; name a .jsonl file or a folder in LaMP's layout");
  }

  private static LoadedEvent loaded(Path file, EventLine line) {
    if (line instanceof EventLine.Bad bad) {
      return new LoadedEvent.Bad(file + ":" + bad.number(), bad.reason());
    }
    return new LoadedEvent.Good(((EventLine.Good) line).event());
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
        .orElseGet(() -> new LoadedEvent.Good(event));
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
