package io.hydra.stream.history;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The oracle: remembers every event ever written and works each history out from that set, by its
 * definition and nothing cleverer.
 */
public final class InMemoryHistoryStore implements HistoryStore {
  private static final Comparator<HistoryWrite> GREATEST =
      Comparator.comparingLong(HistoryWrite::occurredAt)
          .thenComparing(HistoryWrite::item, Arrays::compareUnsigned);

  private final HistoryLimits limits;
  private final Map<String, Map<String, HistoryWrite>> winners = new HashMap<>();
  private final Map<String, Long> versions = new HashMap<>();

  public InMemoryHistoryStore(HistoryLimits limits) {
    this.limits = limits;
  }

  @Override
  public List<WriteOutcome> write(List<HistoryWrite> writes) {
    return writes.stream().map(this::write).toList();
  }

  private WriteOutcome write(HistoryWrite write) {
    String history = history(write.userKey(), write.task());
    List<HistoryItem> before = items(write.userKey(), write.task());
    winners
        .computeIfAbsent(history, h -> new HashMap<>())
        .merge(write.eventId(), write, (a, b) -> GREATEST.compare(a, b) >= 0 ? a : b);
    List<HistoryItem> after = items(write.userKey(), write.task());
    boolean entered = !holds(before, write.eventId()) && holds(after, write.eventId());
    return new WriteOutcome(versions.merge(history, entered ? 1L : 0L, Long::sum), entered);
  }

  private static boolean holds(List<HistoryItem> items, String eventId) {
    return items.stream().anyMatch(item -> item.eventId().equals(eventId));
  }

  public long version(String userKey, String task) {
    return versions.getOrDefault(history(userKey, task), 0L);
  }

  /** Oldest first. */
  public List<HistoryItem> items(String userKey, String task) {
    List<HistoryItem> items = new ArrayList<>();
    winners
        .getOrDefault(history(userKey, task), Map.of())
        .values()
        .forEach(write -> items.add(HistoryItemCodec.decode(write.eventId(), write.item())));
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

  private static String history(String userKey, String task) {
    return userKey + " " + task;
  }

  @Override
  public void close() {}
}
