package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;

/** Registers every topic's schema under its subject, evolving {@code FULL_TRANSITIVE}. */
public final class SchemaRegistrar {
  private static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private SchemaRegistrar() {}

  /**
   * Registers what is missing; what is there already keeps its id.
   *
   * @throws RegistryUnavailableException if the registry does not answer, or refuses our
   *     credentials
   * @throws IllegalStateException if a schema is incompatible with an earlier version of it
   */
  public static void registerAll(SchemaRegistryClient registry) {
    for (Topic topic : Topic.values()) {
      if (topic.schema().isEmpty()) {
        continue;
      }
      try {
        int unused = registry.register(topic.subject(), new AvroSchema(topic.schema().get()));
        String set = registry.updateCompatibility(topic.subject(), COMPATIBILITY);
        if (!COMPATIBILITY.equals(set)) {
          throw new IllegalStateException("subject %s stays %s".formatted(topic.subject(), set));
        }
      } catch (RestClientException e) {
        if (!RegistryAnswers.isRefusal(e)) {
          throw RegistryAnswers.unavailable(e);
        }
        throw new IllegalStateException(
            "the registry refuses the schema of %s (%d): it must stay %s with every released version"
                .formatted(topic.subject(), e.getErrorCode(), COMPATIBILITY),
            e);
      } catch (IOException e) {
        throw new RegistryUnavailableException("the schema registry does not answer", e);
      }
    }
  }
}
