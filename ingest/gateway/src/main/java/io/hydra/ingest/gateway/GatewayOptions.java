package io.hydra.ingest.gateway;

import io.hydra.ingest.gateway.http.HttpServer;
import io.hydra.ingest.gateway.http.Limits;
import io.hydra.ingest.gateway.openai.PassThrough;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.option.ConnectionOptions;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.option.PortConverter;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the gateway, with units and defaults. Durations are {@code 500ms} or ISO 8601. */
final class GatewayOptions {
  private static final String KEY_STORE_PASSWORD = "HYDRA_GATEWAY_TLS_PASSWORD";

  @Mixin ConnectionOptions connections;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      required = true,
      defaultValue = "${env:HYDRA_GATEWAY_KEYS}",
      description =
          "JSON with the API keys' hashes, tenants and roles; read again when it changes.")
  Path keys;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "${env:HYDRA_GATEWAY_HOST:-" + OpsOptions.LOOPBACK + "}",
      description =
          "Address to listen on (default: ${DEFAULT-VALUE}). On any other than loopback keys and"
              + " texts need TLS: --tls-key-store, or a proxy before it.")
  private String host = OpsOptions.LOOPBACK;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:HYDRA_GATEWAY_PORT:-8000}",
      converter = PortConverter.class,
      description =
          "Port to listen on; 0 picks a free one, which the log names (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--tls-key-store",
      paramLabel = "FILE",
      defaultValue = "${env:HYDRA_GATEWAY_TLS_KEY_STORE}",
      description =
          "PKCS#12 with certificate and key, to speak HTTPS; its password comes from the"
              + " environment: "
              + KEY_STORE_PASSWORD
              + " (default: HTTP).")
  private Path keyStore;

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      split = ",",
      defaultValue = "${env:HYDRA_GATEWAY_CORS_ORIGINS}",
      description =
          "Origins of web pages that may call from a browser, as https://app.example.com (default:"
              + " none). A key in a page is everybody's: prefer a backend.")
  private List<String> origins;

  @Option(
      names = "--task",
      paramLabel = "ID",
      split = ",",
      defaultValue = "${env:HYDRA_GATEWAY_TASKS}",
      description =
          "Tasks that /v1/models lists, comma-separated; an event of another is kept with a warning;"
              + " serving decides which there are (default: none).")
  private List<String> tasks;

  @Option(
      names = "--query-timeout",
      defaultValue = "${env:HYDRA_GATEWAY_QUERY_TIMEOUT:-30s}",
      description = "Until the deadline of a query that names none (default: ${DEFAULT-VALUE}).")
  Duration queryTimeout;

  @Option(
      names = "--mcp-write",
      defaultValue = "${env:HYDRA_GATEWAY_MCP_WRITE:-false}",
      description =
          "Offer agents at /mcp the tools that change what is remembered, remember and forget, as"
              + " far as their key's roles allow; else ask and explain alone.")
  boolean mcpWrite;

  @Option(
      names = "--max-pending-queries",
      defaultValue = "${env:HYDRA_GATEWAY_MAX_PENDING_QUERIES:-2048}",
      description =
          "Queries that may be waited for at a time; more are told 503 (default:"
              + " ${DEFAULT-VALUE}).")
  int maxPendingQueries;

  @Option(
      names = "--rate-limit",
      defaultValue = "${env:HYDRA_GATEWAY_RATE_LIMIT:-200}",
      description =
          "Requests per second of a key that names no rate of its own (default: ${DEFAULT-VALUE}).")
  int rateLimit;

  @Option(
      names = "--max-body-bytes",
      defaultValue = "${env:HYDRA_GATEWAY_MAX_BODY_BYTES:-4194304}",
      description = "Largest body of a request (default: ${DEFAULT-VALUE}).")
  private int maxBodyBytes;

  @Option(
      names = "--max-held-bytes",
      defaultValue = "${env:HYDRA_GATEWAY_MAX_HELD_BYTES:-33554432}",
      description =
          "Bodies of all requests under way, those that wait for Kafka included; more are told 503"
              + " (default: ${DEFAULT-VALUE}).")
  private long maxHeldBytes;

  @Option(
      names = "--max-connections",
      defaultValue = "${env:HYDRA_GATEWAY_MAX_CONNECTIONS:-2048}",
      description = "Connections at a time (default: ${DEFAULT-VALUE}).")
  private int maxConnections;

  @Option(
      names = "--idle-timeout",
      defaultValue = "${env:HYDRA_GATEWAY_IDLE_TIMEOUT:-60s}",
      description =
          "A connection on which nothing moves is cut after this time, unless it waits for an"
              + " answer (default: ${DEFAULT-VALUE}).")
  private Duration idleTimeout;

  @Option(
      names = "--pass-through",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "${env:HYDRA_GATEWAY_PASS_THROUGH:-false}",
      description =
          "Whether chat completions that name no task, or no user, go to the LLM (default:"
              + " ${DEFAULT-VALUE}).")
  private boolean passThrough;

  @Option(
      names = "--canary-interval",
      paramLabel = "TIME",
      defaultValue = "${env:HYDRA_CANARY_INTERVAL:-0s}",
      description =
          "Time between two rounds of the canary, a made-up user whose event and query go the whole"
              + " way; each costs the LLM one answer. 0s: no canary (default: ${DEFAULT-VALUE}).")
  private Duration canaryInterval;

  @Option(
      names = "--canary-task",
      paramLabel = "ID",
      defaultValue = "${env:HYDRA_CANARY_TASK}",
      description =
          "Task of the canary's query; one with options costs least (default: the first --task).")
  private String canaryTask;

  @Option(
      names = "--llm-base-url",
      paramLabel = "URL",
      defaultValue = "${env:HYDRA_LLM_BASE_URL}",
      description =
          "The LLM that --pass-through passes on to, as serving's; the key comes from the"
              + " environment: "
              + Endpoint.KEY_VARIABLE
              + ".")
  private String llmBaseUrl;

  @Option(
      names = "--llm-model",
      paramLabel = "NAME",
      defaultValue = "${env:HYDRA_LLM_MODEL}",
      description = "The LLM's model for requests that name a task and no user.")
  private String llmModel;

  List<String> tasks() {
    return tasks == null ? List.of() : tasks;
  }

  /**
   * Zero for none.
   *
   * @throws UserException if it is too short
   */
  Duration canaryInterval() {
    if (!canaryInterval.isZero() && canaryInterval.compareTo(Canary.SHORTEST_INTERVAL) < 0) {
      throw new UserException(
          "--canary-interval %d ms is too short for a round: give %d s or more"
              .formatted(canaryInterval.toMillis(), Canary.SHORTEST_INTERVAL.toSeconds()));
    }
    return canaryInterval;
  }

  /**
   * @throws UserException if there is none
   */
  String canaryTask() {
    if (canaryTask == null && tasks().isEmpty()) {
      throw new UserException("--canary-interval needs --canary-task, or a --task");
    }
    return canaryTask == null ? tasks().get(0) : canaryTask;
  }

  HttpServer.Address address(Map<String, String> environment) {
    return new HttpServer.Address(
        host,
        port,
        keyStore,
        keyStore == null ? null : environment.getOrDefault(KEY_STORE_PASSWORD, ""),
        origins == null ? Set.of() : Set.copyOf(origins));
  }

  /**
   * @throws UserException if they contradict each other
   */
  Limits limits() {
    if (maxBodyBytes < 1
        || maxHeldBytes < maxBodyBytes
        || maxConnections < 1
        || rateLimit < 1
        || maxPendingQueries < 1) {
      throw new UserException(
          "limits must be 1 or more, and --max-held-bytes at least --max-body-bytes");
    }
    return new Limits(
        maxBodyBytes,
        maxHeldBytes,
        maxConnections,
        idleTimeout,
        Limits.DEFAULT.bodyTime(),
        Limits.DEFAULT.grace());
  }

  /**
   * Null if nothing is passed on.
   *
   * @throws UserException if the LLM is not named, or its address or key cannot be one
   */
  PassThrough passThrough(Map<String, String> environment) {
    if (!passThrough) {
      return null;
    }
    if (llmBaseUrl == null || llmModel == null) {
      throw new UserException("--pass-through needs --llm-base-url and --llm-model");
    }
    return new PassThrough(
        Endpoint.of(llmBaseUrl, environment.get(Endpoint.KEY_VARIABLE)),
        llmModel,
        queryTimeout,
        HttpServer.STREAMS);
  }
}
