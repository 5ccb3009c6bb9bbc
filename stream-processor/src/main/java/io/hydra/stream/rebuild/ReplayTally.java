package io.hydra.stream.rebuild;

import io.hydra.schemas.store.HistoryStore.Effect;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What became of the events of a replay. Thread-safe. */
public final class ReplayTally {
  private static final int REASONS = 20;
  private static final String OTHER = "other reasons";

  private final LongAdder read = new LongAdder();
  private final LongAdder erasures = new LongAdder();
  private final AtomicLongArray effects = new AtomicLongArray(Effect.values().length);
  private final Map<String, Long> rejected = new TreeMap<>();

  void read() {
    read.increment();
  }

  void written(Effect effect) {
    effects.incrementAndGet(effect.ordinal());
  }

  void erased() {
    erasures.increment();
  }

  /** Reasons may name a number of the record: only the first few are told apart. */
  void rejected(String reason) {
    synchronized (rejected) {
      boolean known = rejected.size() < REASONS || rejected.containsKey(reason);
      rejected.merge(known ? reason : OTHER, 1L, Long::sum);
    }
  }

  /** Records read, whatever became of them. */
  public long records() {
    return read.sum();
  }

  public long erasures() {
    return erasures.sum();
  }

  public long effect(Effect effect) {
    return effects.get(effect.ordinal());
  }

  /** Writes that were carried out, whatever they changed. */
  public long written() {
    long sum = 0;
    for (int i = 0; i < effects.length(); i++) {
      sum += effects.get(i);
    }
    return sum;
  }

  /** Records that are no event, by reason; they are dead letters of the live job's. */
  public Map<String, Long> rejected() {
    synchronized (rejected) {
      return new TreeMap<>(rejected);
    }
  }
}
