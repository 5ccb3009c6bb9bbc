package io.hydra.trainer.base;

import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lamp.LampHalves;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.datasets.lines.EventFileException;
import io.hydra.datasets.lines.EventLine;
import io.hydra.datasets.lines.EventLines;
import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Training users from LaMP folders and from JSON lines; a task's users add up over them. The order
 * of lines and of their files does not matter, and an event that stands there twice counts once.
 */
final class TrainingFiles {
  /** As {@code hydra load} has it. */
  private static final String DEFAULT_TENANT = "demo";

  private final TaskCatalogue catalogue;
  private final boolean everyOther;
  private final Consumer<String> progress;
  private final Map<String, List<List<HistoryItem>>> tasks = new LinkedHashMap<>();

  /** Users of JSON lines by task, in their keys' order. */
  private final Map<String, Map<UserKey, Past>> lines = new TreeMap<>();

  private final EventLines reader = new EventLines(DEFAULT_TENANT, System.currentTimeMillis());

  /** A user of one task. */
  private static final class Past {
    private static final Comparator<HistoryItem> ORDER =
        HistoryItem.OLDEST_FIRST
            .thenComparing(HistoryItem::input)
            .thenComparing(HistoryItem::output);

    private final Map<String, HistoryItem> named = new HashMap<>();
    private final Set<HistoryItem> unnamed = new HashSet<>();

    List<HistoryItem> items() {
      return Stream.concat(named.values().stream(), unnamed.stream()).sorted(ORDER).toList();
    }
  }

  /**
   * @param everyOther whether only every other user is taken, by id
   * @param progress takes a line per task
   */
  public TrainingFiles(TaskCatalogue catalogue, boolean everyOther, Consumer<String> progress) {
    this.catalogue = catalogue;
    this.everyOther = everyOther;
    this.progress = progress;
  }

  /**
   * @param paths folders in LaMP's layout and files of JSON lines
   * @throws UserException if a path is neither, a line is malformed or a task is unknown
   * @throws LampFormatException if a LaMP file is malformed
   */
  public List<TaskData> read(List<Path> paths) {
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        readLamp(path);
      } else if (Files.isRegularFile(path)) {
        requireKnown(path, readLines(path));
      } else {
        throw new UserException(
            path + ": no such file or folder; name a .jsonl file or a folder in LaMP's layout");
      }
    }
    lines.forEach(
        (task, pasts) -> {
          List<List<HistoryItem>> users = pasts.values().stream().map(Past::items).toList();
          add(task, everyOther ? half(users) : users, users.size());
        });
    List<TaskData> data = new ArrayList<>();
    tasks.forEach((id, users) -> data.add(new TaskData(catalogue.find(id).orElseThrow(), users)));
    data.forEach(this::checkOutputs);
    return data;
  }

  private void readLamp(Path folder) {
    LampSplit split = LampReader.read(folder, "train");
    requireKnown(folder, Set.of(split.taskId()));
    List<LampUser> chosen = everyOther ? LampHalves.forBase(split) : split.users();
    add(split.taskId(), chosen.stream().map(LampUser::profile).toList(), split.users().size());
  }

  /** Returns the tasks that the file has lines of. */
  private Set<String> readLines(Path file) {
    Set<String> found = new TreeSet<>();
    try (Stream<EventLine> read = reader.read(file)) {
      for (EventLine line : (Iterable<EventLine>) read::iterator) {
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
    Past past =
        lines
            .computeIfAbsent(
                event.getTask(), t -> new TreeMap<>(Comparator.comparing(UserKey::recordKey)))
            .computeIfAbsent(new UserKey(event.getTenant(), event.getUserId()), u -> new Past());
    Interaction interaction = (Interaction) event.getPayload();
    HistoryItem item =
        new HistoryItem(
            line.named() ? event.getEventId() : "",
            event.getOccurredAt().toEpochMilli(),
            interaction.getInput(),
            interaction.getOutput());
    if (line.named()) {
      past.named.merge(event.getEventId(), item, HistoryLimits::greater);
    } else {
      past.unnamed.add(item);
    }
  }

  private void add(String task, List<List<HistoryItem>> users, int of) {
    progress.accept(
        "%s: %d of %s, %s"
            .formatted(
                task,
                users.size(),
                Counts.of(of, "training user"),
                Counts.of(users.stream().mapToInt(List::size).sum(), "item")));
    tasks.computeIfAbsent(task, t -> new ArrayList<>()).addAll(users);
  }

  private static <T> List<T> half(List<T> users) {
    return IntStream.range(0, users.size()).filter(i -> i % 2 == 0).mapToObj(users::get).toList();
  }

  private void requireKnown(Path source, Collection<String> ids) {
    Set<String> unknown = new TreeSet<>(ids);
    unknown.removeAll(catalogue.ids());
    if (!unknown.isEmpty()) {
      throw new UserException(
          "%s: unknown task(s) %s; describe them in a file and name it with --tasks FILE, or use a known id: %s"
              .formatted(source, String.join(", ", unknown), String.join(", ", catalogue.ids())));
    }
  }

  /** Reports outputs that are none of the options: they teach nothing. */
  private void checkOutputs(TaskData data) {
    TaskSpec task = data.task();
    if (!task.isClosed()) {
      return;
    }
    long items = data.users().stream().mapToInt(List::size).sum();
    long strange =
        data.users().stream()
            .flatMap(List::stream)
            .filter(item -> task.indexOf(item.output()) < 0)
            .count();
    if (items > 0 && strange == items) {
      throw new UserException(
          "%s: no item's output is one of the task's options; correct the options or the outputs"
              .formatted(task.id()));
    }
    if (strange > 0) {
      progress.accept(
          "%s: %d of %d outputs are none of the task's options and teach nothing"
              .formatted(task.id(), strange, items));
    }
  }
}
