package io.hydra.trainer.base;

import io.hydra.datasets.lines.EventFileException;
import io.hydra.datasets.lines.EventLine;
import io.hydra.datasets.lines.EventLines;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Gathers JSON lines by task and user. The order of lines and files does not matter, and an event
 * that stands there twice counts once.
 */
final class UsersOfLines {
  /** As {@code hydra load} has it. */
  private static final String DEFAULT_TENANT = "demo";

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

  private final EventLines reader = new EventLines(DEFAULT_TENANT, System.currentTimeMillis());
  private final Map<String, Map<UserKey, Past>> tasks = new TreeMap<>();

  /**
   * @param file plain, or gzipped where its name ends in {@code .gz}
   * @return the tasks that it has lines of
   * @throws UserException naming the file, and the first line that is malformed
   */
  Set<String> add(Path file) {
    Set<String> found = new TreeSet<>();
    try (Stream<EventLine> lines = reader.read(file)) {
      for (EventLine line : (Iterable<EventLine>) lines::iterator) {
        if (line instanceof EventLine.Bad bad) {
          throw new UserException("%s:%d: %s".formatted(file, bad.number(), bad.reason()));
        }
        add((EventLine.Good) line);
        found.add(((EventLine.Good) line).event().getTask());
      }
    } catch (EventFileException e) {
      throw new UserException(e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new UserException(file + ": is empty; one JSON object per line is expected");
    }
    return found;
  }

  private void add(EventLine.Good line) {
    BehaviorEvent event = line.event();
    Interaction interaction = (Interaction) event.getPayload();
    tasks
        .computeIfAbsent(
            event.getTask(), t -> new TreeMap<>(Comparator.comparing(UserKey::recordKey)))
        .computeIfAbsent(new UserKey(event.getTenant(), event.getUserId()), u -> new Past())
        .add(
            new HistoryItem(
                line.named() ? event.getEventId() : "",
                event.getOccurredAt().toEpochMilli(),
                interaction.getInput(),
                interaction.getOutput()));
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
}
