package io.hydra.infra.lag;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ten minutes of each group's lag in seconds: the largest of each slot of time. Of many groups the
 * worst have one. Thread-safe.
 */
final class LagHistory {
  static final int MAX_GROUPS = 500;
  private static final Duration LENGTH = Duration.ofMinutes(10);
  private static final Duration SHORTEST_SLOT = Duration.ofSeconds(10);

  private final long slotMillis;
  private final int slots;
  private final Map<String, Ring> rings = new HashMap<>();

  private static final class Ring {
    private final float[] seconds;
    private long newest;

    Ring(int slots, long slot) {
      seconds = new float[slots];
      Arrays.fill(seconds, Float.NaN);
      newest = slot;
    }

    void add(long slot, float value) {
      for (; newest < slot; newest++) {
        seconds[index(newest + 1)] = Float.NaN;
      }
      // A comparison with NaN is false.
      int at = index(slot);
      seconds[at] = seconds[at] > value ? seconds[at] : value;
    }

    private int index(long slot) {
      return (int) (slot % seconds.length);
    }
  }

  /**
   * @param interval between reports; a slot holds at least one
   */
  LagHistory(Duration interval) {
    slotMillis = Math.max(SHORTEST_SLOT.toMillis(), 2 * interval.toMillis());
    slots = (int) Math.max(1, LENGTH.toMillis() / slotMillis);
  }

  synchronized void add(Report report) {
    long slot = slot(report.at());
    rings.values().removeIf(ring -> ring.newest <= slot - slots);
    for (Report.Group group : report.groups()) {
      if (group.lagSeconds() != null
          && (rings.size() < MAX_GROUPS || rings.containsKey(group.group()))) {
        rings
            .computeIfAbsent(group.group(), any -> new Ring(slots, slot))
            .add(slot, group.lagSeconds().floatValue());
      }
    }
  }

  /**
   * A group's history, oldest first; null where the lag was not known. It ends with the slot before
   * the present one as long as that holds nothing.
   */
  synchronized List<Float> of(String group, Instant now) {
    List<Float> history = new ArrayList<>(slots);
    Ring ring = rings.get(group);
    long last = slot(now);
    if (ring != null && ring.newest == last - 1) {
      last--;
    }
    for (long slot = last - slots + 1; slot <= last; slot++) {
      boolean known = ring != null && slot <= ring.newest && slot > ring.newest - slots;
      float value = known ? ring.seconds[ring.index(slot)] : Float.NaN;
      history.add(Float.isNaN(value) ? null : (Float) value);
    }
    return history;
  }

  private long slot(Instant time) {
    return time.toEpochMilli() / slotMillis;
  }
}
