package io.hydra.infra.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
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

  /** Creates what is missing. Needs broker and registry. */
  void install() throws InterruptedException {
    KafkaConnection kafka =
        KafkaConnection.open(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl());
    try (Admin admin = kafka.openAdmin(ADMIN_PATIENCE);
        SchemaRegistryClient registry = kafka.openRegistry()) {
      var unused = registry.updateCompatibility(null, GLOBAL_COMPATIBILITY);
      TopicSizes sizes = TopicSizes.of(partitions, REPLICATION);
      var unusedToo = new TopicInstaller(admin, registry, sizes).create();
    } catch (IOException | RestClientException e) {
      throw new UserException("the schemas cannot be registered: " + e.getMessage(), e);
    }
  }
}
