package io.hydra.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where the system's Kafka and schema registry are.
 *
 * @param bootstrapServers {@code host:port[,host:port…]}
 * @param schemaRegistryUrl base of the registry's Confluent API
 * @param clientProperties Kafka client properties laid over this library's own, for instance {@code
 *     security.protocol}; the ones that delivery hangs on (acknowledgements, idempotence,
 *     isolation) cannot be changed
 */
public record HydraConnection(
    String bootstrapServers, String schemaRegistryUrl, Map<String, Object> clientProperties) {
  public HydraConnection {
    Objects.requireNonNull(bootstrapServers, "bootstrapServers");
    Objects.requireNonNull(schemaRegistryUrl, "schemaRegistryUrl");
    clientProperties = Map.copyOf(clientProperties);
  }

  public HydraConnection(String bootstrapServers, String schemaRegistryUrl) {
    this(bootstrapServers, schemaRegistryUrl, Map.of());
  }

  /** The client's own properties under the user's, then the fixed ones. */
  Map<String, Object> properties(Map<String, Object> defaults, Map<String, Object> fixed) {
    Map<String, Object> all = new HashMap<>(defaults);
    all.putAll(clientProperties);
    all.putAll(fixed);
    all.put("bootstrap.servers", bootstrapServers);
    return all;
  }
}
