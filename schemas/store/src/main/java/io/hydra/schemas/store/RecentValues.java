package io.hydra.schemas.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/**
 * Values that were used last, bounded in bytes; losing some costs a read. Not thread-safe.
 *
 * @param <K> names a value
 * @param <V> of what is stored elsewhere as well
 */
public final class RecentValues<K, V> {
  private final long maxBytes;
  private final ToLongBiFunction<K, V> size;
  private final Map<K, Sized<V>> leastRecentFirst = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Sized<V>(V value, long bytes) {}

  /**
   * @param size bytes of memory that a key and its value take
   */
  public RecentValues(long maxBytes, ToLongBiFunction<K, V> size) {
    this.maxBytes = maxBytes;
    this.size = size;
  }

  /** Null if it is not held. */
  public V get(K key) {
    Sized<V> held = leastRecentFirst.get(key);
    return held == null ? null : held.value();
  }

  /** Holds a value in place of the one before; also to be called again once a value has grown. */
  public void put(K key, V value) {
    Sized<V> held = new Sized<>(value, size.applyAsLong(key, value));
    Sized<V> before = leastRecentFirst.put(key, held);
    bytes += held.bytes() - (before == null ? 0 : before.bytes());
    Iterator<Sized<V>> oldest = leastRecentFirst.values().iterator();
    while (bytes > maxBytes) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  public void remove(K key) {
    Sized<V> before = leastRecentFirst.remove(key);
    bytes -= before == null ? 0 : before.bytes();
  }

  void clear() {
    leastRecentFirst.clear();
    bytes = 0;
  }
}
