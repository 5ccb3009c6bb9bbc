package io.hydra.infra.cluster;

import io.hydra.infra.stack.Endpoints;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All head requests, from the beginning of their topic. */
final class HeadRequests implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RegistryDeserializer<HeadUpdateRequest> values;
  private final Map<String, List<Long>> versions = new HashMap<>();

  HeadRequests(Endpoints endpoints) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", endpoints.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    values =
        new RegistryDeserializer<>(
            RegistryClients.open(endpoints.schemaRegistryUrl()), Topic.HEAD_REQUESTS);
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.HEAD_REQUESTS.topicName()).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Versions requested so far, by user, each user's in their order. */
  Map<String, List<Long>> versions() {
    consumer.poll(Duration.ofMillis(100)).forEach(record -> add(record.value()));
    return versions;
  }

  private void add(byte[] value) {
    try {
      HeadUpdateRequest request = values.deserialize(value);
      versions
          .computeIfAbsent(request.getUserId(), user -> new ArrayList<>())
          .add(request.getHistoryVersion());
    } catch (UndecodableRecordException e) {
      throw new AssertionError("a head request cannot be read", e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
