package io.hydra.infra.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.infra.kafka.TopicInstaller;
import io.hydra.infra.kafka.TopicInstaller.TopicSizes;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/** The topics and subjects of an embedded stack, and the admin client of its broker. */
final class StackContract implements AutoCloseable {
  private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(10);

  /** Confluent's default, which this registry does not have of itself. */
  private static final String GLOBAL_COMPATIBILITY = "BACKWARD";

  private static final int REPLICATION = 1;

  private final Endpoints endpoints;
  private final TopicSizes sizes;
  private Admin admin;

  StackContract(Endpoints endpoints, int partitions) {
    this.endpoints = endpoints;
    this.sizes = TopicSizes.of(partitions, REPLICATION);
  }

  /** The one admin client; made at the first call, and again after {@link #close()}. */
  synchronized Admin admin() {
    if (admin == null) {
      admin =
          KafkaConnection.open(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl())
              .openAdmin(ADMIN_PATIENCE);
    }
    return admin;
  }

  /** Needs the broker alone. */
  void createTopics() throws InterruptedException {
    try (SchemaRegistryClient registry = RegistryClients.open(endpoints.schemaRegistryUrl())) {
      var unused = new TopicInstaller(admin(), registry, sizes).createTopics();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Needs the registry alone. */
  void registerSchemas() {
    try (SchemaRegistryClient registry = RegistryClients.open(endpoints.schemaRegistryUrl())) {
      var unused = registry.updateCompatibility(null, GLOBAL_COMPATIBILITY);
      var unusedToo = new TopicInstaller(admin(), registry, sizes).registerSchemas();
    } catch (IOException | RestClientException e) {
      throw new UserException("the schemas cannot be registered: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
      admin = null;
    }
  }
}
