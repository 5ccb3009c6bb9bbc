package io.hydra.serving.reply;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.util.Optional;

/** Responses as bytes, on the wire and recorded alike. Thread-safe. */
public final class ResponseCodec {
  private final SchemaRegistryClient registry;
  private final RegistrySerializer<Response> serializer;

  public ResponseCodec(SchemaRegistryClient registry) {
    this.registry = registry;
    this.serializer = new RegistrySerializer<>(registry, Topic.RESPONSES);
  }

  public byte[] encode(Response response) {
    return serializer.serialize(Topic.RESPONSES.topicName(), response);
  }

  /** Empty if the bytes cannot be read, now or ever: then there is nothing to send again. */
  public Optional<Response> decode(byte[] bytes) {
    try {
      return Optional.of(
          new RegistryDeserializer<Response>(registry, Topic.RESPONSES).deserialize(bytes));
    } catch (UndecodableRecordException | RegistryUnavailableException e) {
      return Optional.empty();
    }
  }
}
