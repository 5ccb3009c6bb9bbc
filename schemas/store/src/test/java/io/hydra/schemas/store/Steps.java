package io.hydra.schemas.store;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Logs of writes and erasures, and what came of them. */
final class Steps {
  /** Writes after which less is packed. */
  private static final int MANY = 100;

  private Steps() {}

  /** Exactly one of the two. */
  record Step(Write write, Erasure erasure) {
    static Step write(String userKey, String task, String eventId, long occurredAt, String output) {
      return new Step(Writes.write(userKey, task, eventId, occurredAt, output), null);
    }

    static Step erase(String userKey, long upTo) {
      return new Step(null, new Erasure(UserKey.parse(userKey), "x" + upTo, upTo));
    }

    UserKey user() {
      return write == null ? erasure.user() : write.user();
    }
  }

  /** A history's place: whose it is. */
  record Slot(String userKey, String task) {}

  /**
   * Applies the steps, writes in batches of random size; an erasure parts batches.
   *
   * @return the result of each step: a {@link Outcome} or an {@link Erased}
   */
  static List<Object> apply(HistoryStore store, List<Step> steps, Random random, int maxBatch) {
    List<Object> results = new ArrayList<>();
    List<Write> batch = new ArrayList<>();
    int size = 1 + random.nextInt(maxBatch);
    for (Step step : steps) {
      if (step.erasure() != null || batch.size() == size) {
        results.addAll(store.write(List.copyOf(batch)));
        store.tidy(random.nextInt(2) * MANY);
        batch.clear();
        size = 1 + random.nextInt(maxBatch);
      }
      if (step.erasure() != null) {
        results.add(inOrderOfTasks(store.erase(step.erasure())));
      } else {
        batch.add(step.write());
      }
    }
    results.addAll(store.write(batch));
    store.tidy(random.nextInt(2) * MANY);
    return results;
  }

  private static Erased inOrderOfTasks(Erased erased) {
    List<Erased.Left> left = new ArrayList<>(erased.left());
    left.sort((a, b) -> a.task().compareTo(b.task()));
    return new Erased(erased.removed(), erased.kept(), left);
  }

  /** The histories by their definition, each oldest first. */
  static Map<Slot, List<Write>> histories(List<Step> steps, HistoryLimits limits) {
    Map<String, Long> erased = new TreeMap<>();
    Map<Slot, List<Write>> logs = new HashMap<>();
    for (Step step : steps) {
      String userKey = step.user().recordKey();
      if (step.erasure() != null) {
        erased.merge(userKey, step.erasure().upTo(), Math::max);
      } else {
        logs.computeIfAbsent(new Slot(userKey, step.write().task()), s -> new ArrayList<>())
            .add(step.write());
      }
    }
    logs.replaceAll(
        (slot, log) -> Definition.history(log, erased.getOrDefault(slot.userKey(), 0L), limits));
    return logs;
  }
}
