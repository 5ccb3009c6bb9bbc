package io.hydra.stream.history;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The oracle: remembers every event ever written and works each history out from that set, by its
 * definition and nothing cleverer.
 */
public final class InMemoryHistoryStore implements HistoryStore {
  private static final Comparator<HistoryWrite> GREATEST =
      Comparator.comparingLong(HistoryWrite::occurredAt)
          .thenComparing(HistoryWrite::item, Arrays::compareUnsigned);

  private final HistoryLimits limits;
  private final Map<UserKey, Map<String, Map<String, HistoryWrite>>> winners = new HashMap<>();
  private final Map<UserKey, Map<String, Long>> versions = new HashMap<>();
  private final Map<UserKey, Long> erased = new HashMap<>();

  public InMemoryHistoryStore(HistoryLimits limits) {
    this.limits = limits;
  }

  @Override
  public List<WriteOutcome> write(List<HistoryWrite> writes) {
    return writes.stream().map(this::write).toList();
  }

  private WriteOutcome write(HistoryWrite write) {
    Optional<HistoryItem> before = find(write);
    winners
        .computeIfAbsent(write.user(), u -> new TreeMap<>())
        .computeIfAbsent(write.task(), t -> new HashMap<>())
        .merge(write.eventId(), write, (a, b) -> GREATEST.compare(a, b) >= 0 ? a : b);
    Effect effect = effect(write, before, find(write));
    long version =
        versions
            .computeIfAbsent(write.user(), u -> new HashMap<>())
            .merge(write.task(), effect == Effect.ENTERED ? 1L : 0L, Long::sum);
    return new WriteOutcome(version, effect);
  }

  private Optional<HistoryItem> find(HistoryWrite write) {
    return items(write.user().asRecordKey(), write.task()).stream()
        .filter(item -> item.eventId().equals(write.eventId()))
        .findFirst();
  }

  private Effect effect(
      HistoryWrite write, Optional<HistoryItem> before, Optional<HistoryItem> after) {
    if (write.occurredAt() <= erased.getOrDefault(write.user(), 0L)) {
      return Effect.ERASED;
    }
    if (before.isEmpty()) {
      return after.isEmpty() ? Effect.TOO_OLD : Effect.ENTERED;
    }
    return before.equals(after) ? Effect.REPEATED : Effect.REPLACED;
  }

  @Override
  public Erased erase(Erasure erasure) {
    String userKey = erasure.user().asRecordKey();
    Map<String, List<HistoryItem>> before = histories(userKey);
    erased.merge(erasure.user(), erasure.upTo(), Math::max);
    Map<String, List<HistoryItem>> after = histories(userKey);
    List<Erased.Left> left = new ArrayList<>();
    before.forEach(
        (task, items) -> {
          if (after.get(task).isEmpty()) {
            versions.get(erasure.user()).put(task, 0L);
          } else {
            boolean changed = after.get(task).size() < items.size();
            long version = versions.get(erasure.user()).merge(task, changed ? 1L : 0L, Long::sum);
            left.add(new Erased.Left(task, version));
          }
        });
    int kept = count(after);
    return new Erased(count(before) - kept, kept, left);
  }

  /** Of one user, by task. */
  private Map<String, List<HistoryItem>> histories(String userKey) {
    Map<String, List<HistoryItem>> histories = new TreeMap<>();
    winners
        .getOrDefault(UserKey.parse(userKey), Map.of())
        .keySet()
        .forEach(task -> histories.put(task, items(userKey, task)));
    return histories;
  }

  private static int count(Map<String, List<HistoryItem>> histories) {
    return histories.values().stream().mapToInt(List::size).sum();
  }

  public long version(String userKey, String task) {
    return versions.getOrDefault(UserKey.parse(userKey), Map.of()).getOrDefault(task, 0L);
  }

  /** Oldest first. */
  public List<HistoryItem> items(String userKey, String task) {
    UserKey user = UserKey.parse(userKey);
    long erasedUpTo = erased.getOrDefault(user, 0L);
    List<HistoryItem> items = new ArrayList<>();
    winners
        .getOrDefault(user, Map.of())
        .getOrDefault(task, Map.of())
        .values()
        .forEach(write -> items.add(HistoryItemCodec.decode(write.eventId(), write.item())));
    items.removeIf(item -> item.occurredAt() <= erasedUpTo);
    items.sort(HistoryItem.OLDEST_FIRST);
    if (items.isEmpty()) {
      return items;
    }
    long newest = items.get(items.size() - 1).occurredAt();
    if (!limits.maxAge().isZero()) {
      items.removeIf(item -> item.occurredAt() < newest - limits.maxAge().toMillis());
    }
    return List.copyOf(items.subList(Math.max(0, items.size() - limits.capacity()), items.size()));
  }

  @Override
  public void close() {}
}
