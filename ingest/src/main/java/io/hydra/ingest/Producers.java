package io.hydra.ingest;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;

/** Idempotent producers: what is acknowledged is on all in-sync replicas, once and in order. */
final class Producers {
  private static final int LINGER_MS = 2;

  private Producers() {}

  static <T extends SpecificRecord> Producer<String, T> open(
      HydraConnection connection, SchemaRegistryClient registry, Topic topic) {
    Map<String, Object> properties =
        connection.properties(
            Map.of(
                ProducerConfig.LINGER_MS_CONFIG,
                LINGER_MS,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4"),
            Map.of(
                ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true));
    return new KafkaProducer<>(
        properties, new StringSerializer(), new RegistrySerializer<>(registry, topic));
  }
}
