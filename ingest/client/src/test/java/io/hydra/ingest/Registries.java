package io.hydra.ingest;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.registry.SchemaRegistrar;

/** Confluent's own in-memory registry. */
final class Registries {
  private Registries() {}

  static SchemaRegistryClient empty() {
    return new MockSchemaRegistryClient();
  }

  static SchemaRegistryClient registered() {
    SchemaRegistryClient registry = empty();
    SchemaRegistrar.registerAll(registry);
    return registry;
  }
}
