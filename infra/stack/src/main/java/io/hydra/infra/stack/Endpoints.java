package io.hydra.infra.stack;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hydra.infra.Json;
import io.hydra.infra.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a running stack can be reached, as {@code endpoints.json} says it.
 *
 * @param redisUrl {@code redis://host:port}
 * @param gatewayUrl null while there is none
 * @param statusUrl null while there is none
 * @param metricsUrls for Prometheus to scrape
 * @param llmBaseUrl base of an OpenAI-compatible API
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

  static Endpoints of(StackPorts ports, LlmSettings llm) {
    return new Endpoints(
        "127.0.0.1:" + ports.broker(),
        "http://127.0.0.1:" + ports.registry() + "/apis/ccompat/v7",
        "redis://127.0.0.1:" + ports.redis(),
        null,
        null,
        List.of("http://127.0.0.1:" + ports.streamMetrics() + "/metrics"),
        llm instanceof LlmSettings.External external
            ? external.baseUrl()
            : "http://127.0.0.1:" + ports.llm() + "/v1",
        "http://127.0.0.1:" + ports.flink());
  }

  void save(Path dir) {
    Json.writeAtomically(dir.resolve(FILE), this);
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
