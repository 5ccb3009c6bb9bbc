package io.hydra.trainer.head;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.model.PersonalModel;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Head requests in, heads out; what cannot be read goes to the dead letters, in one transaction.
 */
public final class HeadsTopology {
  static final String STORE = "heads";
  static final String HEADS_SINK = "heads-sink";
  static final String DEAD_LETTER_SINK = "dead-letter-sink";
  private static final String SOURCE = "head-requests";
  private static final String PROCESSOR = "head-update";

  private HeadsTopology() {}

  public static Topology build(
      PersonalModel model, HistoryReader histories, SchemaRegistryClient registry, Retry retry) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    Serde<UserHeads> heads = RegistrySerdes.heads(registry);
    return new Topology()
        .addSource(SOURCE, in, in, Topic.HEAD_REQUESTS.topicName())
        .addProcessor(
            PROCESSOR,
            () ->
                new HeadUpdateProcessor(
                    model,
                    histories,
                    new RegistryDeserializer<>(registry, Topic.HEAD_REQUESTS),
                    retry,
                    heads.serializer()),
            SOURCE)
        .addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.String(), heads),
            PROCESSOR)
        .addSink(HEADS_SINK, Topic.HEADS.topicName(), out, out, PROCESSOR)
        .addSink(
            DEAD_LETTER_SINK, Topic.HEAD_REQUESTS.deadLetters().topicName(), out, out, PROCESSOR);
  }
}
