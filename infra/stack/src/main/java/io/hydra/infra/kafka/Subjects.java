package io.hydra.infra.kafka;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.infra.kafka.TopicInstaller.Difference;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryAnswers;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The subjects of a registry beside the catalogue's schemas.
 *
 * @param registry not owned
 */
public record Subjects(SchemaRegistryClient registry) {
  /** The topics whose values have a schema. */
  static List<Topic> withSchema() {
    return Arrays.stream(Topic.values()).filter(topic -> topic.schema().isPresent()).toList();
  }

  /**
   * Compares, and changes nothing.
   *
   * @throws UserException if the registry does not answer, or refuses
   */
  public List<Difference> check() {
    return withSchema().stream().flatMap(this::differences).toList();
  }

  /**
   * Registers what is missing, and sets the compatibility of subjects that have none of their own.
   *
   * @return the subjects of which anything was missing
   * @throws UserException if the registry does not answer, or refuses
   */
  public List<String> create() {
    return withSchema().stream()
        .filter(this::complete)
        .map(topic -> "subject " + topic.subject())
        .toList();
  }

  private boolean complete(Topic topic) {
    boolean registered = isRegistered(topic);
    boolean held = compatibility(topic).isPresent();
    try {
      if (!registered) {
        SchemaRegistrar.register(registry, topic);
      }
      if (!held) {
        SchemaRegistrar.setCompatibility(registry, topic);
      }
    } catch (RegistryUnavailableException | IllegalStateException e) {
      throw new UserException(e.getMessage(), e);
    }
    return !registered || !held;
  }

  private Stream<Difference> differences(Topic topic) {
    if (!isRegistered(topic)) {
      return Stream.of(
          new Difference(
              topic.subject(), "does not have this version's schema", "hydra topics registers it"));
    }
    String is = compatibility(topic).orElse("none of its own");
    return is.equals(SchemaRegistrar.COMPATIBILITY)
        ? Stream.of()
        : Stream.of(
            new Difference(
                topic.subject(),
                "has compatibility %s, not %s".formatted(is, SchemaRegistrar.COMPATIBILITY),
                "PUT {\"compatibility\": \"%s\"} to the registry's /config/%s"
                    .formatted(SchemaRegistrar.COMPATIBILITY, topic.subject())));
  }

  private boolean isRegistered(Topic topic) {
    AvroSchema schema = new AvroSchema(topic.schema().orElseThrow());
    return ask(() -> registry.getId(topic.subject(), schema)).isPresent();
  }

  private Optional<String> compatibility(Topic topic) {
    return ask(() -> registry.getCompatibility(topic.subject()));
  }

  private interface Question<T> {
    T ask() throws IOException, RestClientException;
  }

  /** Empty if the registry itself says that it does not have what was asked for. */
  private static <T> Optional<T> ask(Question<T> question) {
    try {
      return Optional.ofNullable(question.ask());
    } catch (RestClientException e) {
      if (RegistryAnswers.isUnknown(e)) {
        return Optional.empty();
      }
      throw new UserException(
          "the schema registry refuses (%d): %s".formatted(e.getErrorCode(), remedy(e)), e);
    } catch (IOException e) {
      throw new UserException("the schema registry does not answer: check its URL", e);
    }
  }

  private static String remedy(RestClientException e) {
    return e.getStatus() == 401 || e.getStatus() == 403
        ? "give credentials in --kafka-properties"
        : "see its log";
  }
}
