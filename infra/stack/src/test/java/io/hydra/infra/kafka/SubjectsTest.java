package io.hydra.infra.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import org.junit.jupiter.api.Test;

class SubjectsTest {
  private final SchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final Subjects subjects = new Subjects(registry);

  @Test
  void schemasThatAreMissingAreToldAndRegisteredOnce() {
    assertThat(subjects.check())
        .hasSameSizeAs(Subjects.withSchema())
        .first()
        .hasToString(
            "hydra.events-value does not have this version's schema: hydra topics registers it");
    SchemaRegistrar.registerAll(registry);
    assertThat(subjects.check()).isEmpty();
    assertThat(subjects.create()).isEmpty();
  }

  @Test
  void anotherCompatibilityIsToldAndKept() throws Exception {
    SchemaRegistrar.registerAll(registry);
    String unused = registry.updateCompatibility(Topic.QUERIES.subject(), "NONE");
    assertThat(subjects.create()).isEmpty();
    assertThat(subjects.check())
        .singleElement()
        .hasToString(
            "hydra.queries-value has compatibility NONE, not FULL_TRANSITIVE: PUT"
                + " {\"compatibility\": \"FULL_TRANSITIVE\"} to the registry's"
                + " /config/hydra.queries-value");
  }
}
