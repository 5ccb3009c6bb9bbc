package io.hydra.stream;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;

/** Registries in memory with every topic's schema; each one opened gives the same ids. */
public final class TestRegistry {
  private TestRegistry() {}

  public static SchemaRegistryClient open() {
    MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
    try {
      for (Topic topic : Topic.values()) {
        if (topic.schema().isPresent()) {
          int unused = registry.register(topic.subject(), new AvroSchema(topic.schema().get()));
        }
      }
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(e);
    }
    return registry;
  }
}
