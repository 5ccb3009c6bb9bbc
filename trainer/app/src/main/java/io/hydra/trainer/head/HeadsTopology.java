package io.hydra.trainer.head;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.model.PersonalModel;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.Stores;

/**
 * Head requests and erasures in, heads out; what cannot be read goes to the dead letters, in one
 * transaction.
 *
 * <p>Both processors share the store, and so a task: one user's requests and erasures are handled
 * one at a time. That takes the same number of partitions of both topics, which {@link StartCheck}
 * verifies.
 */
public final class HeadsTopology {
  static final String STORE = "heads";

  /** The topic that Kafka Streams keeps the store in. */
  public static final String CHANGELOG = ConsumerGroups.TRAINER + "-" + STORE + "-changelog";

  static final String HEADS_SINK = "heads-sink";
  static final String REQUEST_DEAD_LETTER_SINK = "dead-letter-sink";
  static final String ERASURE_DEAD_LETTER_SINK = "erasure-dead-letter-sink";

  /**
   * A record's own timestamp; that of the stream where it has none. Kafka Streams itself would end
   * the thread at such a record, again and again, and anybody may write one.
   */
  static final TimestampExtractor TIMESTAMPS =
      (record, partitionTime) ->
          Math.max(0, record.timestamp() >= 0 ? record.timestamp() : partitionTime);

  private static final String REQUESTS = "head-requests";
  private static final String ERASURES = "erasures";
  private static final String UPDATE = "head-update";
  private static final String ERASE = "head-erasure";

  private HeadsTopology() {}

  public static Topology build(
      PersonalModel model,
      HistoryReader histories,
      SchemaRegistryClient registry,
      Dependencies dependencies,
      RefusedLetters.Limit letterLimit,
      TrainerMetrics metrics) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    Serde<UserHeads> heads = serde(registry, dependencies);
    HeadsProcessor.Parts parts =
        new HeadsProcessor.Parts(
            model, histories, dependencies, letterLimit, metrics, heads.serializer());
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            REQUESTS,
            TIMESTAMPS,
            in,
            in,
            Topic.HEAD_REQUESTS.topicName())
        .addSource(
            AutoOffsetReset.earliest(), ERASURES, TIMESTAMPS, in, in, Topic.ERASURES.topicName())
        .addProcessor(
            UPDATE,
            () ->
                new HeadUpdateProcessor(
                    parts, new RegistryDeserializer<>(registry, Topic.HEAD_REQUESTS)),
            REQUESTS)
        .addProcessor(
            ERASE,
            () -> new ErasureProcessor(parts, new RegistryDeserializer<>(registry, Topic.ERASURES)),
            ERASURES)
        .addStateStore(
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(STORE), Serdes.String(), heads)
                // The changelog forgets as soon as the topic of the heads does.
                .withLoggingEnabled(Topic.HEADS.asNewTopic(1, (short) 1).configs()),
            UPDATE,
            ERASE)
        .addSink(HEADS_SINK, Topic.HEADS.topicName(), out, out, UPDATE, ERASE)
        .addSink(
            REQUEST_DEAD_LETTER_SINK,
            Topic.HEAD_REQUESTS.deadLetters().topicName(),
            out,
            out,
            UPDATE)
        .addSink(
            ERASURE_DEAD_LETTER_SINK, Topic.ERASURES.deadLetters().topicName(), out, out, ERASE);
  }

  /** Heads, in the state store as on the topic. Shared by the stream threads. */
  static Serde<UserHeads> serde(SchemaRegistryClient registry, Dependencies dependencies) {
    ThreadLocal<RegistryDeserializer<UserHeads>> deserializers =
        ThreadLocal.withInitial(() -> new RegistryDeserializer<>(registry, Topic.HEADS));
    return Serdes.serdeFrom(
        new RegistrySerializer<>(registry, Topic.HEADS),
        (topic, bytes) -> {
          try {
            return bytes == null
                ? null
                : dependencies.registry(() -> deserializers.get().deserialize(bytes));
          } catch (UndecodableRecordException e) {
            // Heads can be fitted again: as good as none. A registry that lost its data would
            // otherwise stop every user whose heads are stored.
            return null;
          }
        });
  }
}
