package io.hydra.ingest;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Addresses and settings of the system's Kafka and schema registry.
 *
 * @param bootstrapServers {@code host:port[,host:port…]}
 * @param schemaRegistryUrl base of the registry's Confluent API
 * @param clientProperties Kafka client properties laid over this library's own, for instance {@code
 *     security.protocol}; the ones that delivery depends on (acknowledgements, idempotence,
 *     isolation) cannot be changed. Keys {@code schema.registry.*}, {@code basic.auth.*} and {@code
 *     bearer.auth.*} go to the registry's client
 * @param replyTo the topic and partition to which a {@link QueryClient} has its responses sent
 */
public record HydraConnection(
    String bootstrapServers,
    String schemaRegistryUrl,
    Map<String, Object> clientProperties,
    ReplyTo replyTo) {
  /** An app that starts with a wrong address should learn it before its first user gives up. */
  private static final int CONNECT_TIMEOUT_MS = 20_000;

  /** The wait of an event for others to go with, unless the client properties name another. */
  public static final int EVENTS_LINGER_MS = 2;

  /**
   * The time for which a producer of queries waits for brokers or a topic that are gone, unless the
   * client properties name another: Kafka's own is a minute, longer than most deadlines.
   */
  private static final int QUERIES_MAX_BLOCK_MS = 5_000;

  private static final int EVENTS_MAX_BLOCK_MS = 60_000;

  /** Larger than Kafka's default: fewer, larger batches cost less when many events come at once. */
  private static final int BATCH_BYTES = 64 * 1024;

  public HydraConnection {
    Objects.requireNonNull(bootstrapServers, "bootstrapServers");
    Objects.requireNonNull(schemaRegistryUrl, "schemaRegistryUrl");
    Objects.requireNonNull(replyTo, "replyTo");
    clientProperties = Map.copyOf(clientProperties);
  }

  public HydraConnection(
      String bootstrapServers, String schemaRegistryUrl, Map<String, Object> clientProperties) {
    this(bootstrapServers, schemaRegistryUrl, clientProperties, ReplyTo.RESPONSES);
  }

  public HydraConnection(String bootstrapServers, String schemaRegistryUrl) {
    this(bootstrapServers, schemaRegistryUrl, Map.of());
  }

  /** The same, with responses elsewhere. */
  public HydraConnection withReplyTo(ReplyTo other) {
    return new HydraConnection(bootstrapServers, schemaRegistryUrl, clientProperties, other);
  }

  SchemaRegistryClient registry() {
    return RegistryClients.open(schemaRegistryUrl, clientProperties);
  }

  /** An idempotent producer: what is acknowledged is on all in-sync replicas, once and in order. */
  <T extends SpecificRecord> Producer<String, T> producer(
      SchemaRegistryClient registry, Topic topic) {
    return new KafkaProducer<>(
        producerProperties(topic),
        new StringSerializer(),
        new RegistrySerializer<>(registry, topic));
  }

  Map<String, Object> producerProperties(Topic topic) {
    // Somebody waits for each query; events are many, and better off together.
    boolean awaited = topic == Topic.QUERIES;
    return properties(
        Map.of(
            ProducerConfig.LINGER_MS_CONFIG,
            awaited ? 0 : EVENTS_LINGER_MS,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            awaited ? QUERIES_MAX_BLOCK_MS : EVENTS_MAX_BLOCK_MS,
            ProducerConfig.BATCH_SIZE_CONFIG,
            BATCH_BYTES,
            // A single query does not shrink, and each would take a buffer of 128 kB.
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            awaited ? "none" : "lz4"),
        Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true));
  }

  /** A consumer without a group, of committed records. */
  Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        properties(
            Map.of(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                100,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                CONNECT_TIMEOUT_MS),
            Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                // Only reached when retention overtakes a reader; it reads for what is yet to come.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest")),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Opens what reads a topic; a broker that does not answer is named. */
  <T> T reach(Supplier<T> opening) {
    try {
      return opening.get();
    } catch (TimeoutException e) {
      throw new TimeoutException(
          "no Kafka broker answered at %s: check the address and the security settings"
              .formatted(bootstrapServers),
          e);
    }
  }

  /** The client's own properties under the user's, then the fixed ones. */
  private Map<String, Object> properties(Map<String, Object> defaults, Map<String, Object> fixed) {
    Map<String, Object> all = new HashMap<>(defaults);
    all.putAll(clientProperties);
    all.putAll(fixed);
    all.put("bootstrap.servers", bootstrapServers);
    return all;
  }

  /** Leaves the client properties out: they may hold passwords. */
  @Override
  public String toString() {
    return "HydraConnection[bootstrapServers=%s, replyTo=%s]".formatted(bootstrapServers, replyTo);
  }
}
