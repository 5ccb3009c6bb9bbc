package io.hydra.ingest.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
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
  private final BiFunction<K, V, UserKey> user;
  private final Map<K, Entry<V>> oldestFirst = new LinkedHashMap<>();

  /** An erasure must not look at everybody's. */
  private final Map<UserKey, Set<K>> keys = new HashMap<>();

  private long weight;

  private record Entry<V>(V value, UserKey user, long weight, long writtenNanos) {}

  /**
   * @param weigher of a value, when it is written
   * @param user whose an entry is; null if nobody's alone
   */
  public Recent(
      Ticker ticker, long maxWeight, ToLongFunction<V> weigher, BiFunction<K, V, UserKey> user) {
    this.ticker = ticker;
    this.maxWeight = maxWeight;
    this.weigher = weigher;
    this.user = user;
  }

  public synchronized Optional<V> find(K key) {
    dropOldest();
    return Optional.ofNullable(oldestFirst.get(key)).map(Entry::value);
  }

  /**
   * Writes what {@code change} makes of the value, as the newest.
   *
   * @param change given null where there is no value; returns null to remove it
   * @return what was written, whether there is room for it or not; null if it was removed
   */
  public synchronized V write(K key, UnaryOperator<V> change) {
    dropOldest();
    Entry<V> before = remove(key);
    V after = change.apply(before == null ? null : before.value());
    if (after != null) {
      Entry<V> entry =
          new Entry<>(after, user.apply(key, after), weigher.applyAsLong(after), ticker.read());
      oldestFirst.put(key, entry);
      weight += entry.weight();
      keys.computeIfAbsent(entry.user(), unused -> new HashSet<>()).add(key);
      dropOldest();
    }
    return after;
  }

  /** Drops what is a user's. */
  public synchronized void forget(UserKey who) {
    for (K key : Set.copyOf(keys.getOrDefault(who, Set.of()))) {
      var unused = remove(key);
    }
  }

  public synchronized void forgetAll() {
    oldestFirst.clear();
    keys.clear();
    weight = 0;
  }

  private void dropOldest() {
    while (!oldestFirst.isEmpty()) {
      Map.Entry<K, Entry<V>> oldest = oldestFirst.entrySet().iterator().next();
      if (weight <= maxWeight && ticker.read() - oldest.getValue().writtenNanos() < KEPT_NANOS) {
        return;
      }
      var unused = remove(oldest.getKey());
    }
  }

  /** Returns what was there, or null. */
  private Entry<V> remove(K key) {
    Entry<V> entry = oldestFirst.remove(key);
    if (entry != null) {
      weight -= entry.weight();
      keys.computeIfPresent(
          entry.user(), (who, its) -> its.remove(key) && its.isEmpty() ? null : its);
    }
    return entry;
  }
}
