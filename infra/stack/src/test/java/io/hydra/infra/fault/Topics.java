package io.hydra.infra.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The content of topics; of transactions, the committed part. */
public final class Topics {
  private static final Duration ROUND = Duration.ofMillis(100);

  private final String bootstrapServers;

  public Topics(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Every record from the beginning to the present end, each partition in its order. */
  public List<ConsumerRecord<byte[], byte[]>> all(Topic topic) {
    return from(topic, Map.of());
  }

  /** All records, once there are so many; there must not be more by then. */
  public List<ConsumerRecord<byte[], byte[]>> await(Topic topic, int count) {
    var records =
        Await.until(
            count + " records on " + topic.topicName(),
            ROUND,
            () -> all(topic),
            found -> found.size() >= count);
    assertThat(records).as(topic.topicName()).hasSize(count);
    return records;
  }

  /**
   * Every record up to the present end.
   *
   * @param offsets the offsets to begin at; partitions that are missing are read from the beginning
   */
  List<ConsumerRecord<byte[], byte[]>> from(Topic topic, Map<TopicPartition, Long> offsets) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    each(topic, offsets, records::add);
    return records;
  }

  /** The same, one after the other. */
  void each(
      Topic topic,
      Map<TopicPartition, Long> offsets,
      Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.topicName()).stream()
              .map(info -> new TopicPartition(topic.topicName(), info.partition()))
              .toList();
      consumer.assign(partitions);
      partitions.forEach(p -> consumer.seek(p, offsets.getOrDefault(p, 0L)));
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(reader);
      }
    }
  }
}
