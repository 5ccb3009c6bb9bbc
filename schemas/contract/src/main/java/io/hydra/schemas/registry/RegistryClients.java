package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.List;
import java.util.Map;

/** Opens clients of the schema registry. */
public final class RegistryClients {
  private static final int CACHED_SCHEMAS_PER_SUBJECT = 1000;

  private RegistryClients() {}

  /**
   * A caching client. Unknown ids are remembered for half a minute, so that a flood of bad records
   * does not become a flood of look-ups.
   *
   * @param url base of the Confluent API, for instance {@code http://127.0.0.1:8081}
   */
  public static SchemaRegistryClient open(String url) {
    return new CachedSchemaRegistryClient(
        List.of(url),
        CACHED_SCHEMAS_PER_SUBJECT,
        Map.of("missing.id.cache.ttl.sec", 30L, "missing.schema.cache.ttl.sec", 1L));
  }
}
