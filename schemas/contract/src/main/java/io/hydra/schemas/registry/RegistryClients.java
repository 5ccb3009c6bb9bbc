package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens clients of the schema registry. */
public final class RegistryClients {
  private static final int CACHED_SCHEMAS_PER_SUBJECT = 1000;
  private static final String PREFIX = "schema.registry.";
  private static final String USER_INFO = "basic.auth.user.info";
  private static final String BASIC_SOURCE = "basic.auth.credentials.source";
  private static final String TOKEN = "bearer.auth.token";
  private static final String BEARER_SOURCE = "bearer.auth.credentials.source";

  private RegistryClients() {}

  /** As {@link #open(String, Map)}, without credentials and with the JVM's own trusted roots. */
  public static SchemaRegistryClient open(String url) {
    return open(url, Map.of());
  }

  /**
   * A caching client.
   *
   * @param url base of the Confluent API, for instance {@code http://127.0.0.1:8081}; several may
   *     be separated by commas
   * @param settings of Confluent's client, under its own names: {@code basic.auth.*}, {@code
   *     bearer.auth.*}, {@code schema.registry.ssl.*}. Credentials may stand with or without the
   *     prefix {@code schema.registry.}, and need no {@code …credentials.source} beside them. Keys
   *     that the client does not know are ignored, so a whole file of client properties will do
   */
  public static SchemaRegistryClient open(String url, Map<String, ?> settings) {
    return new CachedSchemaRegistryClient(
        Arrays.stream(url.split(",")).map(String::strip).filter(u -> !u.isEmpty()).toList(),
        CACHED_SCHEMAS_PER_SUBJECT,
        clientSettings(settings));
  }

  static Map<String, Object> clientSettings(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>();
    // Readers remember unknown ids for longer, and ask again before they do.
    all.put("missing.id.cache.ttl.sec", 1L);
    all.put("missing.schema.cache.ttl.sec", 1L);
    // A registry that accepts connections and says nothing is away: the usual minute hides that.
    all.put("http.connect.timeout.ms", 5_000);
    all.put("http.read.timeout.ms", 15_000);
    settings.forEach(
        (key, value) -> {
          all.put(key, value);
          for (String kind : List.of("basic.auth.", "bearer.auth.")) {
            if (key.startsWith(PREFIX + kind)) {
              all.put(key.substring(PREFIX.length()), value);
            }
          }
        });
    if (all.containsKey(USER_INFO)) {
      all.putIfAbsent(BASIC_SOURCE, "USER_INFO");
    }
    if (all.containsKey(TOKEN)) {
      all.putIfAbsent(BEARER_SOURCE, "STATIC_TOKEN");
    }
    return all;
  }
}
