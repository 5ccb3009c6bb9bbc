package io.hydra.infra.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.infra.StackException;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes topics and subjects what the contract says; what is there already is kept. */
final class Contracts {
  /** Confluent's default, which this registry does not have of itself. */
  private static final String GLOBAL_COMPATIBILITY = "BACKWARD";

  private static final short REPLICATION = 1;

  private Contracts() {}

  /**
   * @throws StackException if broker or registry refuses
   */
  static void establish(Admin admin, String schemaRegistryUrl, int partitions)
      throws InterruptedException {
    for (KafkaFuture<Void> created :
        admin.createTopics(Topic.allAsNewTopics(partitions, REPLICATION)).values().values()) {
      try {
        created.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new StackException(
              "the topics cannot be created: " + e.getCause().getMessage(), e.getCause());
        }
      }
    }
    try (SchemaRegistryClient registry = RegistryClients.open(schemaRegistryUrl)) {
      String unused = registry.updateCompatibility(null, GLOBAL_COMPATIBILITY);
      SchemaRegistrar.registerAll(registry);
    } catch (IOException | RestClientException | RuntimeException e) {
      throw new StackException("the schemas cannot be registered: " + e.getMessage(), e);
    }
  }
}
