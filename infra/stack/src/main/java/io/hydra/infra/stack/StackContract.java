package io.hydra.infra.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.infra.kafka.TopicInstaller;
import io.hydra.infra.kafka.TopicInstaller.TopicSizes;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** The topics and subjects of an embedded stack. */
record StackContract(Endpoints endpoints, int partitions) {
  private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(10);

  /** Confluent's default, which this registry does not have of itself. */
  private static final String GLOBAL_COMPATIBILITY = "BACKWARD";

  private static final int REPLICATION = 1;

  private interface Step {
    List<String> run(TopicInstaller topics, SchemaRegistryClient registry)
        throws InterruptedException, IOException, RestClientException;
  }

  /** Creates the topics that are missing. Needs the broker alone. */
  void createTopics() throws InterruptedException {
    install((topics, registry) -> topics.createTopics());
  }

  /** Creates what is missing. Needs broker and registry. */
  void install() throws InterruptedException {
    install(
        (topics, registry) -> {
          var unused = registry.updateCompatibility(null, GLOBAL_COMPATIBILITY);
          return topics.create();
        });
  }

  private void install(Step step) throws InterruptedException {
    KafkaConnection kafka =
        KafkaConnection.open(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl());
    try (Admin admin = kafka.openAdmin(ADMIN_PATIENCE);
        SchemaRegistryClient registry = kafka.openRegistry()) {
      TopicSizes sizes = TopicSizes.of(partitions, REPLICATION);
      var unused = step.run(new TopicInstaller(admin, registry, sizes), registry);
    } catch (IOException | RestClientException e) {
      throw new UserException("the schemas cannot be registered: " + e.getMessage(), e);
    }
  }
}
