package io.hydra.infra.kafka;

import io.hydra.infra.kafka.ConsumerLag.Logs;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Counts what a reader of committed records gets of partitions, by reading them. */
final class RecordCount {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private RecordCount() {}

  /**
   * Counts for five seconds at most; of what is not read by then, each offset counts as a record.
   *
   * @param consumer assigned to nothing, not owned
   */
  static Map<TopicPartition, Long> of(Consumer<?, ?> consumer, Logs logs, LongSupplier nanoTime) {
    Map<TopicPartition, Long> counts = new HashMap<>();
    logs.ends().keySet().forEach(partition -> counts.put(partition, 0L));
    readToEnd(consumer, logs, nanoTime, records -> count(records, logs, counts))
        .forEach(
            partition ->
                counts.merge(
                    partition,
                    logs.ends().get(partition) - consumer.position(partition),
                    Long::sum));
    return counts;
  }

  /**
   * Reads from starts to ends, for five seconds at most.
   *
   * @return the partitions whose end was not reached
   */
  static <K, V> Set<TopicPartition> readToEnd(
      Consumer<K, V> consumer,
      Logs logs,
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
    while (!open.isEmpty() && nanoTime.getAsLong() - start < PATIENCE.toNanos()) {
      read.accept(consumer.poll(POLL));
      if (open.removeIf(partition -> consumer.position(partition) >= logs.ends().get(partition))) {
        consumer.assign(open);
      }
    }
    return open;
  }

  private static void count(
      ConsumerRecords<?, ?> records, Logs logs, Map<TopicPartition, Long> counts) {
    for (TopicPartition partition : records.partitions()) {
      long end = logs.ends().get(partition);
      long found = records.records(partition).stream().filter(r -> r.offset() < end).count();
      counts.merge(partition, found, Long::sum);
    }
  }
}
