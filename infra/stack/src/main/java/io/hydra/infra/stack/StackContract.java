package io.hydra.infra.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.infra.kafka.Subjects;
import io.hydra.infra.kafka.TopicInstaller;
import io.hydra.infra.kafka.TopicInstaller.TopicSizes;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/** The topics and subjects of an embedded stack. */
record StackContract(Endpoints endpoints, int partitions) {
  private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(10);

  /** Confluent's default, which this registry does not have of itself. */
  private static final String GLOBAL_COMPATIBILITY = "BACKWARD";

  private static final int REPLICATION = 1;

  /** Creates the topics that are missing. Needs the broker alone. */
  void createTopics() throws InterruptedException {
    try (Admin admin = kafka().openAdmin(ADMIN_PATIENCE)) {
      var unused = new TopicInstaller(admin, TopicSizes.of(partitions, REPLICATION)).create();
    }
  }

  /** Registers the schemas that are missing. */
  void registerSchemas() {
    try (SchemaRegistryClient registry = kafka().openRegistry()) {
      var unusedAnswer = registry.updateCompatibility(null, GLOBAL_COMPATIBILITY);
      var unused = new Subjects(registry).create();
    } catch (IOException | RestClientException e) {
      throw new UserException("the schemas cannot be registered: " + e.getMessage(), e);
    }
  }

  private KafkaConnection kafka() {
    return KafkaConnection.open(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl());
  }
}
