package io.hydra.serving.testing;

import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.Choice.ScoredCandidate;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.head.HeadMixture;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.ItemVectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ranks the latest items first and chooses what most samples say; remembers the heads it saw. */
public final class FakePersonalizer {
  public static final String BASE = "base-1";

  /** Numbers that a user's own part has. */
  public static final int FEATURES = 1;

  private final TaskCatalogue tasks;
  private final List<Heads> heads = Collections.synchronizedList(new ArrayList<>());
  private volatile double certain = -1;
  private volatile Throwable fault;
  private volatile String lacking;
  private volatile Runnable whenReading = () -> {};

  public FakePersonalizer(String yaml) {
    this(TaskCatalogue.parse(yaml, "test"));
  }

  public FakePersonalizer(TaskCatalogue tasks) {
    this.tasks = tasks;
  }

  /** From now on the first option is this probable without the LLM. */
  public void isCertain(double probability) {
    certain = probability;
  }

  /** Runs {@code action} whenever a history is read. */
  public void whenReading(Runnable action) {
    whenReading = action;
  }

  public void breaks(Throwable fault) {
    this.fault = fault;
  }

  /** From now on choices lack something, for this reason. */
  public void lacks(String reason) {
    lacking = reason;
  }

  public List<Heads> headsSeen() {
    return List.copyOf(heads);
  }

  public TaskCatalogue tasks() {
    return tasks;
  }

  public Reading read(TaskSpec task, List<HistoryItem> history, ItemVectors vectors, String input) {
    whenReading.run();
    return new Reading() {
      @Override
      public List<RankedItem> rank(Heads heads) {
        List<HistoryItem> latest = new ArrayList<>(history);
        Collections.reverse(latest);
        return latest.stream().limit(task.used()).map(i -> new RankedItem(i, 0.5)).toList();
      }

      @Override
      public List<HistoryItem> nearest() {
        return history.stream().limit(task.used()).toList();
      }

      @Override
      public int items() {
        return history.size();
      }

      @Override
      public int unreadable() {
        return (int) history.stream().filter(i -> isUnreadable(task, i)).count();
      }

      @Override
      public Choice choose(List<String> samples, Heads seen) {
        return choice(task, samples, seen);
      }

      @Override
      public Optional<Choice> chooseUnasked(Heads seen, double price) {
        return task.isClosed() && !seen.adapter().fallsBack() && certain >= 1 - price
            ? Optional.of(choice(task, List.of(), seen))
            : Optional.empty();
      }
    };
  }

  private static boolean isUnreadable(TaskSpec task, HistoryItem item) {
    return task.isClosed() && task.indexOf(item.output()) < 0;
  }

  private Choice choice(TaskSpec task, List<String> samples, Heads seen) {
    if (fault instanceof Error error) {
      throw error;
    }
    if (fault instanceof RuntimeException exception) {
      throw exception;
    }
    heads.add(seen);
    Map<String, Integer> counts = new LinkedHashMap<>();
    task.options().forEach(o -> counts.put(o, 0));
    samples.forEach(s -> counts.merge(s, 1, Integer::sum));
    double all = Math.max(1, samples.size());
    List<ScoredCandidate> candidates =
        counts.entrySet().stream()
            .sorted((a, b) -> Integer.compare(b.getValue(), a.getValue()))
            .map(e -> new ScoredCandidate(e.getKey(), e.getValue() / all, 0.1, e.getValue(), 0.25f))
            .toList();
    return new Choice(
        candidates.get(0).text(),
        candidates,
        HeadMixture.weights(seen.adapter(), FEATURES),
        seen.adapter().fallsBack(),
        lacking);
  }
}
