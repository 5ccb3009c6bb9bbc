package io.hydra.trainer.head;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.model.PersonalModel;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Head requests and erasures in, heads out; what cannot be read goes to the dead letters, in one
 * transaction.
 *
 * <p>Both processors share the store, and so a task: one user's requests and erasures are handled
 * one at a time, wherever they are. That takes the same number of partitions of both topics, which
 * the catalogue gives them and the trainer verifies at its start.
 */
public final class HeadsTopology {
  static final String STORE = "heads";

  /** The topic that Kafka Streams keeps the store in. */
  public static final String CHANGELOG = ConsumerGroups.TRAINER + "-" + STORE + "-changelog";

  static final String HEADS_SINK = "heads-sink";
  static final String REQUEST_DEAD_LETTER_SINK = "dead-letter-sink";
  static final String ERASURE_DEAD_LETTER_SINK = "erasure-dead-letter-sink";
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
      LetterLimit letterLimit,
      TrainerMetrics metrics) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    RecordTimestamps timestamps = new RecordTimestamps();
    ByteArraySerializer out = new ByteArraySerializer();
    Serde<UserHeads> heads = RegistrySerdes.heads(registry, dependencies);
    HeadsProcessor.Parts parts =
        new HeadsProcessor.Parts(
            model, histories, dependencies, letterLimit, metrics, heads.serializer());
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            REQUESTS,
            timestamps,
            in,
            in,
            Topic.HEAD_REQUESTS.topicName())
        .addSource(
            AutoOffsetReset.earliest(), ERASURES, timestamps, in, in, Topic.ERASURES.topicName())
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
}
