package io.hydra.serving;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.topic.ConsumerGroups;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Opens the consumer of queries and the producer of responses. */
final class KafkaClients {
  private static final int MAX_POLL_RECORDS = 64;
  private static final int SESSION_TIMEOUT_MILLIS = 10_000;
  private static final int HEARTBEAT_MILLIS = 2_500;
  private static final int MAX_BLOCK_MILLIS = 5_000;
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
  private static final int DELIVERY_TIMEOUT_MILLIS = 30_000;
  private static final int FETCH_MAX_BYTES = 8 * 1024 * 1024;
  private static final int METADATA_MAX_AGE_MILLIS = 60_000;
  private static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024;

  private KafkaClients() {}

  static Consumer<byte[], byte[]> consumer(KafkaConnection kafka) {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.GROUP_ID_CONFIG, ConsumerGroups.SERVING);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, "hydra-serving");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    // What is fetched ahead is held in memory beside what waits.
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_MAX_BYTES);
    // A topic that is made after the start is to be found soon.
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MILLIS);
    // Queries have deadlines: a process that died must not hold its partitions for the usual 45 s.
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
    // Partitions that stay keep their records in flight.
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return new KafkaConsumer<>(
        kafka.with(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static Producer<byte[], byte[]> producer(KafkaConnection kafka) {
    return new KafkaProducer<>(
        kafka.with(
            Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "hydra-serving",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.ACKS_CONFIG,
                "all",
                // Somebody waits for each response: no lingering for company.
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                MAX_BLOCK_MILLIS,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_TIMEOUT_MILLIS,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                DELIVERY_TIMEOUT_MILLIS,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                MAX_REQUEST_BYTES)),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
