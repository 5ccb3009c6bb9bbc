package io.hydra.infra.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Reads partitions from one offset to another, as a reader of committed records sees them. */
final class LogReader {
  /** A longer stretch takes too long to count at each look at the stack. */
  static final long MOST_COUNTED = 10_000;

  static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private LogReader() {}

  /**
   * Counts records by reading them, for five seconds at most. Each offset counts as a record in a
   * partition with more than {@link #MOST_COUNTED} of them, and in what is not read in time.
   *
   * @param consumer assigned to nothing, not owned
   * @param weight how much a record counts, asked for each in their order
   */
  static <K, V> Map<TopicPartition, Long> count(
      Consumer<K, V> consumer,
      Logs logs,
      LongSupplier nanoTime,
      ToLongFunction<ConsumerRecord<K, V>> weight) {
    Map<TopicPartition, Long> counts = new HashMap<>();
    Map<TopicPartition, Long> read = new HashMap<>();
    logs.ends()
        .forEach(
            (partition, end) -> {
              long offsets = end - logs.starts().get(partition);
              counts.put(partition, offsets > MOST_COUNTED ? offsets : 0);
              if (offsets <= MOST_COUNTED) {
                read.put(partition, end);
              }
            });
    readToEnd(
            consumer,
            new Logs(logs.starts(), read),
            PATIENCE,
            nanoTime,
            records -> count(records, logs, weight, counts))
        .forEach(
            partition ->
                counts.merge(
                    partition,
                    logs.ends().get(partition) - consumer.position(partition),
                    Long::sum));
    return counts;
  }

  /**
   * Reads from starts to ends, no longer than {@code patience}.
   *
   * @return the partitions whose end was not reached
   */
  static <K, V> Set<TopicPartition> readToEnd(
      Consumer<K, V> consumer,
      Logs logs,
      Duration patience,
      LongSupplier nanoTime,
      java.util.function.Consumer<ConsumerRecords<K, V>> read) {
    Set<TopicPartition> open = new HashSet<>();
    logs.ends()
        .forEach(
            (partition, end) -> {
              if (end > logs.starts().get(partition)) {
                open.add(partition);
              }
            });
    consumer.assign(open);
    open.forEach(partition -> consumer.seek(partition, logs.starts().get(partition)));
    long start = nanoTime.getAsLong();
    while (!open.isEmpty() && nanoTime.getAsLong() - start < patience.toNanos()) {
      read.accept(consumer.poll(POLL));
      if (open.removeIf(partition -> consumer.position(partition) >= logs.ends().get(partition))) {
        consumer.assign(open);
      }
    }
    return open;
  }

  private static <K, V> void count(
      ConsumerRecords<K, V> records,
      Logs logs,
      ToLongFunction<ConsumerRecord<K, V>> weight,
      Map<TopicPartition, Long> counts) {
    for (TopicPartition partition : records.partitions()) {
      long end = logs.ends().get(partition);
      long found =
          records.records(partition).stream().filter(r -> r.offset() < end).mapToLong(weight).sum();
      counts.merge(partition, found, Long::sum);
    }
  }
}
