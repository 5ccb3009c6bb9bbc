package io.hydra.serving;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.topic.ConsumerGroups;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Opens the consumer of queries, the producers, and what asks for topics. Each whose meters are
 * shown has a client id of its own: of meters that are named alike, the second is left out.
 */
final class KafkaClients {
  private static final int MAX_BLOCK_MILLIS = 5_000;
  private static final int EXPOSURES_LINGER_MILLIS = 100;

  private KafkaClients() {}

  static Consumer<byte[], byte[]> consumer(KafkaConnection kafka) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.GROUP_ID_CONFIG, ConsumerGroups.SERVING);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, "hydra-serving");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 64);
    // What is fetched ahead is held in memory beside what waits.
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
    // A topic that is made after the start is to be found soon.
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 60_000);
    // Queries have deadlines: a process that died must not hold its partitions for the usual 45 s.
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_500);
    // Partitions that stay keep their records in flight.
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return new KafkaConsumer<>(
        kafka.with(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** For what somebody waits for: no lingering for company. */
  static Producer<byte[], byte[]> producer(KafkaConnection kafka) {
    return producer(kafka, "hydra-serving-responses", 0);
  }

  /** For exposures, which nobody waits for: those of a moment share a request. */
  static Producer<byte[], byte[]> exposuresProducer(KafkaConnection kafka) {
    return producer(kafka, "hydra-serving-exposures", EXPOSURES_LINGER_MILLIS);
  }

  private static Producer<byte[], byte[]> producer(
      KafkaConnection kafka, String clientId, int lingerMillis) {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.LINGER_MS_CONFIG, lingerMillis);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024);
    return new KafkaProducer<>(
        kafka.with(config), new ByteArraySerializer(), new ByteArraySerializer());
  }

  static Admin admin(KafkaConnection kafka) {
    Map<String, Object> config = new HashMap<>();
    config.put(AdminClientConfig.CLIENT_ID_CONFIG, "hydra-serving");
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, MAX_BLOCK_MILLIS);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, MAX_BLOCK_MILLIS);
    return Admin.create(kafka.with(config));
  }
}
