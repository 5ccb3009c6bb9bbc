package io.hydra.trainer.base;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * Gathers JSON lines by task and user. The order of lines and files does not matter, and an event
 * that stands there twice counts once.
 */
final class EventLines {
  /** A user of one task. */
  private static final class Past {
    private final Set<String> ids = new HashSet<>();
    private final Set<HistoryItem> items =
        new TreeSet<>(
            HistoryItem.OLDEST_FIRST
                .thenComparing(HistoryItem::input)
                .thenComparing(HistoryItem::output));

    private void add(HistoryItem item) {
      if (item.eventId().isEmpty() || ids.add(item.eventId())) {
        boolean unused = items.add(item);
      }
    }
  }

  private final Map<String, Map<UserKey, Past>> tasks = new TreeMap<>();

  /**
   * @param file plain, or gzipped where its name ends in {@code .gz}
   * @return the tasks that it has lines of
   * @throws TrainingDataException naming the file, and the first line that is malformed
   */
  Set<String> add(Path file) {
    Set<String> found = new TreeSet<>();
    int number = 0;
    try (BufferedReader lines = open(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        EventLine event = EventLine.parse(line);
        found.add(event.task());
        tasks
            .computeIfAbsent(
                event.task(), t -> new TreeMap<>(Comparator.comparing(UserKey::asRecordKey)))
            .computeIfAbsent(event.user(), u -> new Past())
            .add(event.item());
      }
    } catch (TrainingDataException e) {
      throw new TrainingDataException("%s:%d: %s".formatted(file, number, e.getMessage()), e);
    } catch (IOException e) {
      throw new TrainingDataException(
          "%s: cannot be read after line %d (%s)".formatted(file, number, e.getMessage()), e);
    }
    if (found.isEmpty()) {
      throw new TrainingDataException(file + ": is empty; one JSON object per line is expected");
    }
    return found;
  }

  Set<String> tasks() {
    return tasks.keySet();
  }

  /** The task's users in their keys' order, each one's items oldest first. */
  List<List<HistoryItem>> users(String task) {
    List<List<HistoryItem>> users = new ArrayList<>();
    tasks.getOrDefault(task, Map.of()).values().forEach(past -> users.add(List.copyOf(past.items)));
    return users;
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
      return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }
}
