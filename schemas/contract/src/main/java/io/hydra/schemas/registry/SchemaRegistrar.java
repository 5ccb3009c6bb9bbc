package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;

/** Registers every topic's schema under its subject, evolving {@code FULL_TRANSITIVE}. */
public final class SchemaRegistrar {
  public static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private SchemaRegistrar() {}

  /** {@link #register} and {@link #setCompatibility} for every topic with a schema. */
  public static void registerAll(SchemaRegistryClient registry) {
    for (Topic topic : Topic.values()) {
      if (topic.schema().isPresent()) {
        register(registry, topic);
        setCompatibility(registry, topic);
      }
    }
  }

  /**
   * Registers a topic's schema; one that is there already keeps its id.
   *
   * @throws RegistryUnavailableException if the registry does not answer, or refuses our
   *     credentials
   * @throws IllegalStateException if the schema is incompatible with an earlier version of it
   */
  public static void register(SchemaRegistryClient registry, Topic topic) {
    int unused =
        ask(
            topic,
            () -> registry.register(topic.subject(), new AvroSchema(topic.schema().orElseThrow())));
  }

  /**
   * Holds a topic's subject to {@value #COMPATIBILITY}.
   *
   * @throws RegistryUnavailableException as {@link #register}
   * @throws IllegalStateException if the registry does not do it
   */
  public static void setCompatibility(SchemaRegistryClient registry, Topic topic) {
    String set = ask(topic, () -> registry.updateCompatibility(topic.subject(), COMPATIBILITY));
    if (!COMPATIBILITY.equals(set)) {
      throw new IllegalStateException("subject %s stays %s".formatted(topic.subject(), set));
    }
  }

  private interface Call<T> {
    T call() throws IOException, RestClientException;
  }

  private static <T> T ask(Topic topic, Call<T> call) {
    try {
      return call.call();
    } catch (RestClientException e) {
      if (!RegistryAnswers.isRefusal(e)) {
        throw RegistryAnswers.unavailable(e);
      }
      throw new IllegalStateException(
          "the registry refuses the schema of %s (%d): it must stay %s with every released version"
              .formatted(topic.subject(), e.getErrorCode(), COMPATIBILITY),
          e);
    } catch (IOException e) {
      throw RegistryAnswers.unavailable(e);
    }
  }
}
