package io.hydra.infra.stack;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hydra.infra.Json;
import io.hydra.infra.PrivateFiles;
import io.hydra.infra.StackException;
import io.hydra.schemas.redis.client.RedisUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a running stack can be reached, as {@code endpoints.json} says it.
 *
 * @param redisUrl {@code redis://:password@host:port}
 * @param gatewayUrl null while there is none
 * @param statusUrl null while there is none
 * @param metricsUrls for Prometheus to scrape
 * @param llmBaseUrl base of an OpenAI-compatible API, without anything secret
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Endpoints(
    String bootstrapServers,
    String schemaRegistryUrl,
    String redisUrl,
    String gatewayUrl,
    String statusUrl,
    List<String> metricsUrls,
    String llmBaseUrl,
    String flinkUrl) {
  private static final String FILE = "endpoints.json";

  /** Variables that would lead away from the stack: its own broker and registry are open. */
  static final Set<String> FOREIGN = Set.of("HYDRA_KAFKA_PROPERTIES");

  /**
   * @param redisUrl with its password
   */
  static Endpoints of(StackPorts ports, String redisUrl, LlmSettings llm) {
    return new Endpoints(
        "127.0.0.1:" + ports.broker(),
        "http://127.0.0.1:" + ports.registry() + "/apis/ccompat/v7",
        redisUrl,
        null,
        null,
        List.of("http://127.0.0.1:" + ports.streamMetrics() + "/metrics"),
        llm instanceof LlmSettings.External external
            ? external.shownUrl()
            : "http://127.0.0.1:" + ports.llm() + "/v1",
        "http://127.0.0.1:" + ports.flink());
  }

  /** The variables by which every program of this project finds broker, registry and Redis. */
  public Map<String, String> environment() {
    return Map.of(
        "HYDRA_BOOTSTRAP_SERVERS",
        bootstrapServers,
        "HYDRA_SCHEMA_REGISTRY_URL",
        schemaRegistryUrl,
        "HYDRA_REDIS_URL",
        redisUrl);
  }

  /** The same for all to see: what stands on a screen is copied into logs and reports. */
  public Endpoints withoutPasswords() {
    return new Endpoints(
        bootstrapServers,
        schemaRegistryUrl,
        RedisUrl.parse(redisUrl).toString(),
        gatewayUrl,
        statusUrl,
        metricsUrls,
        llmBaseUrl,
        flinkUrl);
  }

  /** Points a program at this stack alone, whatever its environment named before. */
  public void applyTo(Map<String, String> environment) {
    environment.keySet().removeAll(FOREIGN);
    environment.putAll(environment());
  }

  /** Readable by its owner alone: it holds Redis's password. */
  void save(Path dir) {
    PrivateFiles.write(dir.resolve(FILE), Json.write(this) + "\n");
  }

  /** Without the URLs that may hold a secret. */
  @Override
  public String toString() {
    return "Endpoints[%s, %s, %s]".formatted(bootstrapServers, schemaRegistryUrl, flinkUrl);
  }

  static void remove(Path dir) {
    try {
      Files.deleteIfExists(dir.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty if no stack has been started there, or it was stopped. */
  static Optional<Endpoints> load(Path dir) {
    Path file = dir.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(file, Endpoints.class));
    } catch (IOException e) {
      throw new StackException(file + " cannot be read: run hydra down, then hydra up", e);
    }
  }
}
