package io.hydra.infra.stack;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses of a running stack, as in {@code endpoints.json}.
 *
 * @param redisUrl {@code redis://:password@host:port}
 * @param gatewayUrl of the HTTP gateway, without {@code /v1}
 * @param statusUrl the status page; null while there is none
 * @param metricsUrls for Prometheus to scrape, of each component that has metrics; {@code
 *     /health/live}, {@code /health/ready} and {@code /status} are on the same ports
 * @param llmBaseUrl base of an OpenAI-compatible API, without anything secret
 * @param llmModel that is asked there; null of the simulated LLM
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
    String llmModel,
    String flinkUrl) {
  private static final String FILE = "endpoints.json";

  /** The variables by which every program of this project finds brokers, registry and Redis. */
  public static final String BOOTSTRAP_SERVERS = "HYDRA_BOOTSTRAP_SERVERS";

  public static final String SCHEMA_REGISTRY_URL = "HYDRA_SCHEMA_REGISTRY_URL";
  public static final String REDIS_URL = "HYDRA_REDIS_URL";

  /** The file of Kafka clients' properties, for which the embedded stack has no use. */
  public static final String KAFKA_PROPERTIES = "HYDRA_KAFKA_PROPERTIES";

  /** Variables that would lead away from the stack: its own broker and registry are open. */
  static final Set<String> FOREIGN = Set.of(KAFKA_PROPERTIES);

  static Endpoints of(StackPorts ports, String redisUrl, LlmSettings llm) {
    boolean simulated = llm instanceof LlmSettings.Simulated;
    return new Endpoints(
        "127.0.0.1:" + ports.of(Component.BROKER),
        http(ports.of(Component.REGISTRY)) + "/apis/ccompat/v7",
        redisUrl,
        http(ports.of(Component.GATEWAY)),
        http(ports.ops().getOrDefault(Component.LAG_MONITOR, 0)),
        ports.ops().entrySet().stream()
            .filter(port -> simulated || port.getKey() != Component.SIMULATED_LLM)
            .map(port -> metricsUrl(port.getValue()))
            .toList(),
        llm instanceof LlmSettings.External external
            ? external.endpoint().shown()
            : http(ports.of(Component.SIMULATED_LLM)) + "/v1",
        llm instanceof LlmSettings.External external ? external.model() : null,
        http(ports.of(Component.STREAM_PROCESSOR)));
  }

  static String metricsUrl(int opsPort) {
    return http(opsPort) + "/metrics";
  }

  private static String http(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** For every program that acts on this stack. */
  public Map<String, String> environment() {
    return Map.of(
        BOOTSTRAP_SERVERS, bootstrapServers,
        SCHEMA_REGISTRY_URL, schemaRegistryUrl,
        REDIS_URL, redisUrl);
  }

  /** For a screen, which is copied into logs and reports. */
  public Endpoints withoutPasswords() {
    return new Endpoints(
        bootstrapServers,
        schemaRegistryUrl,
        RedisUrl.parse(redisUrl).toString(),
        gatewayUrl,
        statusUrl,
        metricsUrls,
        llmBaseUrl,
        llmModel,
        flinkUrl);
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
    PrivateFiles.delete(dir.resolve(FILE));
  }

  /** Empty if no stack has been started there, or it was stopped. */
  static Optional<Endpoints> load(Path dir) {
    Path file = dir.resolve(FILE);
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * Reads a file of this shape; what it leaves out is null.
   *
   * @throws UserException if it cannot be read, or holds something else
   */
  public static Endpoints read(Path file) {
    try {
      return Json.read(file, Endpoints.class);
    } catch (IOException e) {
      throw new UserException(
          "%s cannot be read as endpoints: it takes what hydra up writes, {\"bootstrapServers\", \"schemaRegistryUrl\", \"redisUrl\"} in JSON"
              .formatted(file),
          e);
    }
  }
}
