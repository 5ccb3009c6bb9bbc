package io.hydra.stream.rebuild;

import static java.util.stream.Collectors.toMap;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.event.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** {@code hydra.events}, read by no group: nobody's offsets move. */
public final class KafkaEventLog implements EventLog {
  private static final String TOPIC = Topic.EVENTS.topicName();
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int RECORDS_A_POLL = 5_000;
  private static final int FETCH_BYTES = 16 * 1024 * 1024;
  private static final int FETCH_PARTITION_BYTES = 4 * 1024 * 1024;

  private final Consumer<byte[], byte[]> consumer;
  private final KafkaConnection kafka;

  /**
   * @throws RebuildException if there is no such topic
   */
  public KafkaEventLog(KafkaConnection kafka) {
    this.kafka = kafka;
    this.consumer =
        // Records that expire while we read are gone; those after them are not.
        kafka.openReader(
            Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "hydra-rebuild",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                RECORDS_A_POLL,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_PARTITION_BYTES));
    try {
      assignAll();
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  private void assignAll() {
    List<PartitionInfo> infos = consumer.partitionsFor(TOPIC);
    if (infos == null || infos.isEmpty()) {
      throw new RebuildException(
          "there is no topic %s at %s: check --bootstrap-servers"
              .formatted(TOPIC, kafka.bootstrapServers()));
    }
    Set<TopicPartition> before = consumer.assignment();
    Set<TopicPartition> all = new HashSet<>();
    infos.forEach(info -> all.add(new TopicPartition(TOPIC, info.partition())));
    if (!all.equals(before)) {
      consumer.assign(all);
      Set<TopicPartition> added = new HashSet<>(all);
      added.removeAll(before);
      consumer.seekToBeginning(added);
    }
  }

  @Override
  public Map<Integer, Long> beginnings() {
    return byPartition(consumer.beginningOffsets(consumer.assignment()));
  }

  @Override
  public Map<Integer, Long> at(Instant time) {
    Map<Integer, Long> offsets = new HashMap<>(ends());
    consumer
        .offsetsForTimes(
            consumer.assignment().stream()
                .collect(toMap(partition -> partition, partition -> time.toEpochMilli())))
        .forEach(
            (partition, found) -> {
              if (found != null) {
                offsets.put(partition.partition(), found.offset());
              }
            });
    return offsets;
  }

  @Override
  public Map<Integer, Long> ends() {
    assignAll();
    return byPartition(consumer.endOffsets(consumer.assignment()));
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .collect(toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
  }

  @Override
  public void seek(Map<Integer, Long> offsets) {
    for (TopicPartition partition : consumer.assignment()) {
      Long offset = offsets.get(partition.partition());
      if (offset == null) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, offset);
      }
    }
  }

  @Override
  public Map<Integer, Long> positions() {
    return consumer.assignment().stream()
        .collect(toMap(TopicPartition::partition, consumer::position));
  }

  @Override
  public List<RawRecord> poll() {
    List<RawRecord> raw = new ArrayList<>();
    consumer.poll(POLL).forEach(record -> raw.add(RawRecord.withoutHeaders(record)));
    return raw;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
