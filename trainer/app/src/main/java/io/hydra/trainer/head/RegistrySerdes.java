package io.hydra.trainer.head;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Serdes of what the trainer itself has written. */
final class RegistrySerdes {
  private RegistrySerdes() {}

  /** Heads, in the state store as on the topic. Shared by the stream threads. */
  static Serde<UserHeads> heads(SchemaRegistryClient registry, Dependencies dependencies) {
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
