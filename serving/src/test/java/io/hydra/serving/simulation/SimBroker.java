package io.hydra.serving.simulation;

import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The topics of queries and responses, and the consumer group. */
final class SimBroker {
  /** One that knows the schema, for each thread. */
  private static final ThreadLocal<RegistryDeserializer<Response>> RESPONSES =
      ThreadLocal.withInitial(
          () -> new RegistryDeserializer<>(SimInstance.REGISTRY, Topic.RESPONSES, Duration.ZERO));

  final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> queries = new HashMap<>();
  final List<Response> responses = new ArrayList<>();

  /** Queries that have a response. */
  final Set<String> answered = new HashSet<>();

  final Map<TopicPartition, Long> committed = new HashMap<>();

  /** The consumer that may commit; none between two owners. */
  final Map<TopicPartition, SimConsumer> owners = new HashMap<>();

  /** The consumer that is to have a partition. */
  final Map<TopicPartition, SimConsumer> plan = new HashMap<>();

  boolean commitsFail;

  SimBroker(int partitions) {
    for (int p = 0; p < partitions; p++) {
      queries.put(new TopicPartition(Topic.QUERIES.topicName(), p), new ArrayList<>());
    }
  }

  List<TopicPartition> partitions() {
    return List.copyOf(queries.keySet());
  }

  /** The member is taken for dead: it is told when it polls again. */
  void expel(SimConsumer member) {
    owners.values().removeIf(owner -> owner == member);
  }

  void append(ProducerRecord<byte[], byte[]> record) {
    if (record.topic().equals(Topic.RESPONSES.topicName())) {
      try {
        Response response = RESPONSES.get().deserialize(record.value());
        responses.add(response);
        answered.add(response.getQueryId());
      } catch (UndecodableRecordException e) {
        throw new AssertionError("a response that cannot be read", e);
      }
    }
  }
}
