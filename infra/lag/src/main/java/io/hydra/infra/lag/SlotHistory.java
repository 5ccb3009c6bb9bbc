package io.hydra.infra.lag;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last values of named series, one in each slot of time. Bounded; thread-safe. */
final class SlotHistory {
  private final long slotMillis;
  private final int slots;
  private final int mostSeries;
  private final Choice choice;
  private final Map<String, Ring> rings = new HashMap<>();

  /** The value that a slot keeps of two. */
  @FunctionalInterface
  interface Choice {
    float of(float before, float now);
  }

  private static final class Ring {
    private final float[] values;
    private long newest;

    Ring(int slots, long slot) {
      values = new float[slots];
      Arrays.fill(values, Float.NaN);
      newest = slot;
    }

    void add(long slot, float value, Choice choice) {
      for (; newest < slot; newest++) {
        values[index(newest + 1)] = Float.NaN;
      }
      int at = index(slot);
      values[at] = Float.isNaN(values[at]) ? value : choice.of(values[at], value);
    }

    private int index(long slot) {
      return (int) (slot % values.length);
    }
  }

  SlotHistory(Duration slot, int slots, int mostSeries, Choice choice) {
    this.slotMillis = slot.toMillis();
    this.slots = slots;
    this.mostSeries = mostSeries;
    this.choice = choice;
  }

  /** Series that had no value in all slots make room for others. */
  synchronized void expire(Instant now) {
    long slot = slot(now);
    rings.values().removeIf(ring -> ring.newest <= slot - slots);
  }

  /** Keeps a value, unless it is of one series too many. */
  synchronized void add(String series, Instant at, float value) {
    if (rings.size() < mostSeries || rings.containsKey(series)) {
      long slot = slot(at);
      rings.computeIfAbsent(series, any -> new Ring(slots, slot)).add(slot, value, choice);
    }
  }

  /** The names that have values, in no order. */
  synchronized List<String> series() {
    return List.copyOf(rings.keySet());
  }

  /**
   * A series, oldest first; null where no value was added. It ends with the slot before the present
   * one as long as that holds nothing.
   */
  synchronized List<Float> of(String series, Instant now) {
    List<Float> history = new ArrayList<>(slots);
    Ring ring = rings.get(series);
    long last = slot(now);
    if (ring != null && ring.newest == last - 1) {
      last--;
    }
    for (long slot = last - slots + 1; slot <= last; slot++) {
      boolean known = ring != null && slot <= ring.newest && slot > ring.newest - slots;
      float value = known ? ring.values[ring.index(slot)] : Float.NaN;
      history.add(Float.isNaN(value) ? null : (Float) value);
    }
    return history;
  }

  private long slot(Instant time) {
    return time.toEpochMilli() / slotMillis;
  }
}
