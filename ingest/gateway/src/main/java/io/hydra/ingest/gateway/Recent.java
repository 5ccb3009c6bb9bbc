package io.hydra.ingest.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * Entries written within the last hour, as many as weigh no more than a bound; beyond it the oldest
 * go first. A cache that keeps what is used most would drop the newest instead: here most entries
 * are never read, and the others once. Thread-safe.
 */
public final class Recent<K, V> {
  private static final long KEPT_NANOS = Duration.ofHours(1).toNanos();

  private final Ticker ticker;
  private final long maxWeight;
  private final ToLongFunction<V> weigher;
  private final Map<K, Entry<V>> oldestFirst = new LinkedHashMap<>();
  private long weight;

  private record Entry<V>(V value, long weight, long writtenNanos) {}

  /**
   * @param weigher of a value, when it is written
   */
  public Recent(Ticker ticker, long maxWeight, ToLongFunction<V> weigher) {
    this.ticker = ticker;
    this.maxWeight = maxWeight;
    this.weigher = weigher;
  }

  public synchronized Optional<V> find(K key) {
    dropOldest();
    return Optional.ofNullable(oldestFirst.get(key)).map(Entry::value);
  }

  /**
   * Writes what {@code change} makes of the value, as the newest.
   *
   * @param change given null where there is no value; returns null to remove it
   */
  public synchronized void write(K key, UnaryOperator<V> change) {
    dropOldest();
    Entry<V> before = oldestFirst.remove(key);
    weight -= before == null ? 0 : before.weight();
    V after = change.apply(before == null ? null : before.value());
    if (after != null) {
      Entry<V> entry = new Entry<>(after, weigher.applyAsLong(after), ticker.read());
      oldestFirst.put(key, entry);
      weight += entry.weight();
      dropOldest();
    }
  }

  public synchronized void removeIf(Predicate<Map.Entry<K, V>> which) {
    Iterator<Map.Entry<K, Entry<V>>> all = oldestFirst.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<K, Entry<V>> each = all.next();
      if (which.test(Map.entry(each.getKey(), each.getValue().value()))) {
        weight -= each.getValue().weight();
        all.remove();
      }
    }
  }

  private void dropOldest() {
    Iterator<Entry<V>> all = oldestFirst.values().iterator();
    while (all.hasNext()) {
      Entry<V> oldest = all.next();
      if (weight <= maxWeight && ticker.read() - oldest.writtenNanos() < KEPT_NANOS) {
        return;
      }
      weight -= oldest.weight();
      all.remove();
    }
  }
}
