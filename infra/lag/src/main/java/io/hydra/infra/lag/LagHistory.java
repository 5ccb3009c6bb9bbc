package io.hydra.infra.lag;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Ten minutes of each group's lag in seconds: the largest of each slot of time. Of many groups the
 * worst have one. Thread-safe.
 */
final class LagHistory {
  static final int MAX_GROUPS = 500;
  private static final Duration LENGTH = Duration.ofMinutes(10);
  private static final Duration SHORTEST_SLOT = Duration.ofSeconds(10);

  private final SlotHistory history;

  /**
   * @param interval between reports; a slot holds at least one
   */
  LagHistory(Duration interval) {
    Duration two = interval.multipliedBy(2);
    Duration slot = two.compareTo(SHORTEST_SLOT) > 0 ? two : SHORTEST_SLOT;
    int slots = (int) Math.max(1, LENGTH.dividedBy(slot));
    history = new SlotHistory(slot, slots, MAX_GROUPS, Math::max);
  }

  void add(Report report) {
    history.expire(report.at());
    for (Report.Group group : report.groups()) {
      if (group.lagSeconds() != null) {
        history.add(group.group(), report.at(), group.lagSeconds().floatValue());
      }
    }
  }

  /** A group's history, oldest first; null where the lag was not known: {@link SlotHistory#of}. */
  List<Float> of(String group, Instant now) {
    return history.of(group, now);
  }
}
