package io.hydra.stream.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.metrics.Counter;

/**
 * Counters of one name that differ in the value of its label. One thread counts.
 *
 * @param <K> what is told apart
 */
public final class CounterFamily<K> {
  private final Map<K, Counter> counters = new HashMap<>();
  private final Function<K, Counter> register;

  CounterFamily(Iterable<? extends K> known, Function<K, Counter> register) {
    this.register = register;
    // Shown from the start: what begins at one hides its first event from every rate.
    known.forEach(key -> counters.put(key, register.apply(key)));
  }

  public void inc(K key) {
    counters.computeIfAbsent(key, register).inc();
  }
}
