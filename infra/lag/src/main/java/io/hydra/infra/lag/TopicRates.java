package io.hydra.infra.lag;

import io.hydra.infra.lag.Report.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The growth of the topics that groups read, over the last half minute. Offsets are counted,
 * transactions' markers included. Thread-safe.
 */
final class TopicRates {
  private static final long UNKNOWN = -1;
  private static final Duration USUAL = Duration.ofSeconds(30);

  private final Duration length;
  private final Deque<Ends> readings = new ArrayDeque<>();

  /** The ends of all logs, by topic and partition. */
  private record Ends(Instant at, Map<String, long[]> topics) {
    static Ends of(Report report) {
      Map<String, long[]> topics = new HashMap<>();
      for (Report.Group group : report.groups()) {
        for (Partition partition : group.partitions()) {
          int number = partition.partition();
          long[] ends = topics.getOrDefault(partition.topic(), new long[0]);
          if (number >= ends.length) {
            long[] longer = Arrays.copyOf(ends, number + 1);
            Arrays.fill(longer, ends.length, longer.length, UNKNOWN);
            topics.put(partition.topic(), longer);
            ends = longer;
          }
          ends[number] = partition.end() + partition.pending();
        }
      }
      return new Ends(report.at(), topics);
    }
  }

  /**
   * @param interval between reports, two of which are compared at least
   */
  TopicRates(Duration interval) {
    Duration some = interval.multipliedBy(3);
    this.length = some.compareTo(USUAL) > 0 ? some : USUAL;
  }

  synchronized void add(Report report) {
    // A clock that was set back: the time between older reports and newer ones is not known.
    if (!readings.isEmpty() && !report.at().isAfter(readings.getLast().at)) {
      readings.clear();
    }
    readings.add(Ends.of(report));
    while (readings.peek().at.isBefore(report.at().minus(length))) {
      readings.remove();
    }
  }

  /** Records in a second by topic; without those that are not known. */
  synchronized Map<String, Double> perSecond() {
    Map<String, Double> rates = new TreeMap<>();
    if (readings.size() > 1) {
      Ends last = readings.getLast();
      Ends first = readings.getFirst();
      double seconds = Duration.between(first.at, last.at).toMillis() / 1000.0;
      last.topics.forEach(
          (topic, ends) -> {
            long[] before = first.topics.get(topic);
            if (before != null) {
              rates.put(topic, rise(before, ends) / seconds);
            }
          });
    }
    return rates;
  }

  private static long rise(long[] before, long[] now) {
    long rise = 0;
    for (int i = 0; i < Math.min(before.length, now.length); i++) {
      if (before[i] != UNKNOWN && now[i] != UNKNOWN) {
        // The log of a topic that was deleted and created again begins at 0.
        rise += Math.max(0, now[i] - before[i]);
      }
    }
    return rise;
  }
}
