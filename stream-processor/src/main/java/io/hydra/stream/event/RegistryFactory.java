package io.hydra.stream.event;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.Serializable;

/** Opens a client of the schema registry on the task that needs one: a client cannot be shipped. */
@FunctionalInterface
public interface RegistryFactory extends Serializable {
  SchemaRegistryClient open();
}
