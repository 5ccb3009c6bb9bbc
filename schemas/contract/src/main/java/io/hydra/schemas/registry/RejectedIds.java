package io.hydra.schemas.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Schema ids that were given up, for half a minute each, so that a flood of bad records does not
 * become a flood of questions to the registry. The oldest go first. Not thread-safe.
 */
final class RejectedIds {
  private static final int MOST = 10_000;
  private static final Duration KEPT = Duration.ofSeconds(30);

  private record Rejection(String reason, long at) {}

  private final LongSupplier nanoTime;
  private final Map<Integer, Rejection> ids =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Rejection> eldest) {
          return size() > MOST;
        }
      };

  RejectedIds(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void add(int id, String reason) {
    ids.remove(id);
    ids.put(id, new Rejection(reason, nanoTime.getAsLong()));
  }

  /** Why the id was given up, or null if it was not, or not lately. */
  String reason(int id) {
    Rejection rejection = ids.get(id);
    if (rejection == null) {
      return null;
    }
    if (nanoTime.getAsLong() - rejection.at() >= KEPT.toNanos()) {
      ids.remove(id);
      return null;
    }
    return rejection.reason();
  }
}
