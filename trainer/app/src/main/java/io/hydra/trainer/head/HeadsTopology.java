package io.hydra.trainer.head;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.trainer.evidence.EvidenceRules;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Head requests, exposures and erasures in, heads and outcomes of verdicts out; what cannot be read
 * goes to the dead letters, in one transaction.
 *
 * <p>All processors share the stores, and so a task: what is about one user is handled one record
 * at a time. That takes the same number of partitions of all inputs, which {@link StartCheck}
 * verifies.
 */
public final class HeadsTopology {
  static final String STORE = "heads";
  static final String EVIDENCE_STORE = "evidence";

  /** The topics that Kafka Streams keeps the stores in. */
  static final List<String> CHANGELOGS =
      Stream.of(STORE, EVIDENCE_STORE)
          .map(store -> ConsumerGroups.TRAINER + "-" + store + "-changelog")
          .toList();

  static final String HEADS_SINK = "heads-sink";
  static final String OUTCOMES_SINK = "outcomes-sink";
  static final String REQUEST_DEAD_LETTER_SINK = "dead-letter-sink";
  static final String ERASURE_DEAD_LETTER_SINK = "erasure-dead-letter-sink";
  static final String EXPOSURE_DEAD_LETTER_SINK = "exposure-dead-letter-sink";

  /**
   * A record's own timestamp; that of the stream where it has none. Kafka Streams itself would end
   * the thread at such a record, again and again, and anybody may write one.
   */
  static final TimestampExtractor TIMESTAMPS =
      (record, partitionTime) ->
          Math.max(0, record.timestamp() >= 0 ? record.timestamp() : partitionTime);

  private static final String REQUESTS = "head-requests";
  private static final String ERASURES = "erasures";
  private static final String EXPOSURES = "exposures";
  private static final String UPDATE = "head-update";
  private static final String ERASE = "head-erasure";
  private static final String SHOW = "exposure";
  private static final String PURGE = "evidence-purge";

  private HeadsTopology() {}

  public static Topology build(
      Bases bases,
      EvidenceRules rules,
      HistoryReader histories,
      SchemaRegistryClient registry,
      Dependencies dependencies,
      RefusedLetters.Limit letterLimit,
      TrainerMetrics metrics) {
    ByteArraySerializer out = new ByteArraySerializer();
    Serde<UserHeads> heads = serde(registry, dependencies);
    HeadsProcessor.Parts parts =
        new HeadsProcessor.Parts(
            bases,
            rules,
            histories,
            dependencies,
            letterLimit,
            metrics,
            heads.serializer(),
            new RegistrySerializer<>(registry, Topic.VERDICT_OUTCOMES));
    Topology topology = new Topology();
    addSource(topology, REQUESTS, Topic.HEAD_REQUESTS);
    addSource(topology, ERASURES, Topic.ERASURES);
    addSource(topology, EXPOSURES, Topic.EXPOSURES);
    return topology
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
        .addProcessor(
            SHOW,
            () ->
                new ExposureProcessor(parts, new RegistryDeserializer<>(registry, Topic.EXPOSURES)),
            EXPOSURES)
        .addProcessor(PURGE, () -> new EvidencePurge(rules, metrics), EXPOSURES)
        .addStateStore(store(STORE, heads), UPDATE, ERASE, SHOW)
        .addStateStore(store(EVIDENCE_STORE, Serdes.ByteArray()), UPDATE, ERASE, SHOW, PURGE)
        .addSink(HEADS_SINK, Topic.HEADS.topicName(), out, out, UPDATE, ERASE, SHOW)
        .addSink(OUTCOMES_SINK, Topic.VERDICT_OUTCOMES.topicName(), out, out, UPDATE, SHOW)
        .addSink(
            REQUEST_DEAD_LETTER_SINK,
            Topic.HEAD_REQUESTS.deadLetters().topicName(),
            out,
            out,
            UPDATE)
        .addSink(
            ERASURE_DEAD_LETTER_SINK, Topic.ERASURES.deadLetters().topicName(), out, out, ERASE)
        .addSink(
            EXPOSURE_DEAD_LETTER_SINK, Topic.EXPOSURES.deadLetters().topicName(), out, out, SHOW);
  }

  private static void addSource(Topology topology, String name, Topic topic) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    var unused =
        topology.addSource(AutoOffsetReset.earliest(), name, TIMESTAMPS, in, in, topic.topicName());
  }

  private static <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> values) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), values)
        // The changelog forgets as soon as the topic of the heads does.
        .withLoggingEnabled(Topic.HEADS.asNewTopic(1, (short) 1).configs());
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
