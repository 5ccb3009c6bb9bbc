package io.hydra.serving.consume;

import io.hydra.runtime.retry.Outage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Commits finished prefixes. A commit that fails is repeated with the next. */
final class OffsetCommits {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final Duration interval;
  private final LongSupplier nanos;
  private final Outage outage;
  private long lastNanos;
  private boolean committing;

  OffsetCommits(Consumer<byte[], byte[]> consumer, Duration interval, LongSupplier nanos) {
    this.consumer = consumer;
    this.interval = interval;
    this.nanos = nanos;
    this.outage = new Outage("the broker that offsets are committed to", nanos);
    this.lastNanos = nanos.getAsLong();
  }

  /** Commits without waiting, unless it has done so less than the interval ago. */
  void commitIfDue(Map<TopicPartition, Assignment> partitions) {
    long now = nanos.getAsLong();
    if (committing || now - lastNanos < interval.toNanos()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
    if (due.isEmpty()) {
      return;
    }
    lastNanos = now;
    committing = true;
    Map<TopicPartition, Assignment> committed = new HashMap<>(partitions);
    consumer.commitAsync(
        due,
        (offsets, error) -> {
          committing = false;
          if (error == null) {
            outage.ended();
            offsets.forEach((tp, at) -> committed.get(tp).markCommitted(at.offset()));
          } else {
            outage.began(error.toString());
          }
        });
  }

  /** Commits and waits for it, for at most a few seconds. */
  void commitNow(Map<TopicPartition, Assignment> partitions) {
    Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
    if (due.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(due, TIMEOUT);
      due.forEach((tp, at) -> partitions.get(tp).markCommitted(at.offset()));
      outage.ended();
    } catch (KafkaException e) {
      // The next owner repeats what was not committed, and finds the recorded responses.
      outage.began(e.toString());
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> due(
      Map<TopicPartition, Assignment> partitions) {
    Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
    partitions.forEach(
        (tp, partition) ->
            partition.due().ifPresent(offset -> due.put(tp, new OffsetAndMetadata(offset))));
    return due;
  }
}
