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
 * <p>One processor has the stores, and so what is about one user is handled one record at a time.
 * That takes the same number of partitions of all inputs, which {@link StartCheck} verifies.
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

  /**
   * A record's own timestamp; that of the stream where it has none. Kafka Streams itself would end
   * the thread at such a record, again and again, and anybody may write one.
   */
  static final TimestampExtractor TIMESTAMPS =
      (record, partitionTime) ->
          Math.max(0, record.timestamp() >= 0 ? record.timestamp() : partitionTime);

  private static final String USERS = "users";

  private HeadsTopology() {}

  /**
   * @param memoryBytes of each task, for evidence that was read
   */
  public static Topology build(
      Bases bases,
      EvidenceRules rules,
      long memoryBytes,
      HistoryReader histories,
      SchemaRegistryClient registry,
      Dependencies dependencies,
      RefusedLetters.Limit letterLimit,
      TrainerMetrics metrics) {
    ByteArraySerializer out = new ByteArraySerializer();
    HeadsProcessor.Parts parts =
        new HeadsProcessor.Parts(
            bases,
            histories,
            dependencies,
            letterLimit,
            metrics,
            serde(registry, dependencies),
            new RegistrySerializer<>(registry, Topic.VERDICT_OUTCOMES));
    Topology topology = new Topology();
    String[] inputs = Topic.TRAINER_INPUTS.stream().map(Topic::topicName).toArray(String[]::new);
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    Topology unused;
    for (String input : inputs) {
      unused = topology.addSource(AutoOffsetReset.earliest(), input, TIMESTAMPS, in, in, input);
    }
    unused =
        topology
            .addProcessor(
                USERS,
                () ->
                    new UserProcessor(
                        rules,
                        memoryBytes,
                        histories,
                        metrics,
                        new HeadUpdateProcessor(
                            parts, new RegistryDeserializer<>(registry, Topic.HEAD_REQUESTS)),
                        new ErasureProcessor(
                            parts, new RegistryDeserializer<>(registry, Topic.ERASURES)),
                        new ExposureProcessor(
                            parts, new RegistryDeserializer<>(registry, Topic.EXPOSURES))),
                inputs)
            .addStateStore(store(STORE), USERS)
            .addStateStore(store(EVIDENCE_STORE), USERS)
            .addSink(HEADS_SINK, Topic.HEADS.topicName(), out, out, USERS)
            .addSink(OUTCOMES_SINK, Topic.VERDICT_OUTCOMES.topicName(), out, out, USERS);
    for (Topic input : Topic.TRAINER_INPUTS) {
      String letters = input.deadLetters().topicName();
      unused = topology.addSink(letters, letters, out, out, USERS);
    }
    return topology;
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
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
