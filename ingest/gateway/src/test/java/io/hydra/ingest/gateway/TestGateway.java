package io.hydra.ingest.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.ingest.gateway.auth.ApiKeys;
import io.hydra.ingest.gateway.auth.RateLimits;
import io.hydra.ingest.gateway.auth.Role;
import io.hydra.ingest.gateway.events.EventTimes;
import io.hydra.ingest.gateway.events.Outcomes;
import io.hydra.ingest.gateway.http.HttpServer;
import io.hydra.ingest.gateway.http.Limits;
import io.hydra.ingest.gateway.http.Route;
import io.hydra.ingest.gateway.openai.PassThrough;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.ingest.gateway.queries.Queries;
import io.hydra.runtime.file.WatchedFile;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.store.UserExports.OwnHeads;
import io.hydra.schemas.store.UserExports.UserExport;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The gateway as it is, on a free port, over a system in memory. Every reply is held to its API.
 */
final class TestGateway implements AutoCloseable {
  static final String KEY = "hydra_test-key-of-shop";
  static final String OTHER_TENANTS_KEY = "hydra_test-key-of-other";
  static final String EVENTS_ONLY_KEY = "hydra_test-key-for-events";
  static final String SLOW_KEY = "hydra_test-key-that-is-slow";

  /**
   * Those that ship, without grace: this client keeps its connections, each of which would hold up
   * a stop with grace for a second.
   */
  static final Limits LIMITS =
      new Limits(
          Limits.DEFAULT.maxBodyBytes(),
          Limits.DEFAULT.maxHeldBytes(),
          Limits.DEFAULT.maxConnections(),
          Limits.DEFAULT.idle(),
          Limits.DEFAULT.bodyTime(),
          Duration.ZERO);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);

  final ManualTime time = new ManualTime();
  final InMemoryBackend backend = new InMemoryBackend(time);
  final Map<UserKey, UserExport> remembered = new HashMap<>();
  final Metrics metrics = new Metrics();
  final Outcomes outcomes = new Outcomes(Ticker.systemTicker());
  final Asked asked = new Asked(Ticker.systemTicker());
  final EventTimes times = new EventTimes(time, time::nanos);
  final Path keyFile;
  final WatchedFile<ApiKeys> keys;
  final List<Route> routes;

  /** Passed-on answers are the LLM's: our API does not describe them. */
  private final boolean passesThrough;

  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();

  /** One reply. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    JsonNode json() {
      try {
        return JSON.readTree(body());
      } catch (IOException e) {
        throw new AssertionError(body(), e);
      }
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  TestGateway(Path dir) {
    this(dir, LIMITS, null);
  }

  TestGateway(Path dir, Limits limits, PassThrough passThrough) {
    this(dir, limits, passThrough, Set.of(), null, 16);
  }

  static TestGateway withMcpWrites(Path dir) {
    return new TestGateway(dir, LIMITS, null, Set.of(), null, 16, true);
  }

  TestGateway(
      Path dir,
      Limits limits,
      PassThrough passThrough,
      Set<String> origins,
      Path keyStore,
      int maxPending) {
    this(dir, limits, passThrough, origins, keyStore, maxPending, false);
  }

  private TestGateway(
      Path dir,
      Limits limits,
      PassThrough passThrough,
      Set<String> origins,
      Path keyStore,
      int maxPending,
      boolean mcpWrites) {
    passesThrough = passThrough != null;
    keyFile = dir.resolve("keys.json");
    write(
        List.of(
            key("shop-1", "shop", EnumSet.allOf(Role.class), KEY, 100_000),
            key("other-1", "other", EnumSet.allOf(Role.class), OTHER_TENANTS_KEY, 100_000),
            key("events", "shop", Set.of(Role.EVENTS), EVENTS_ONLY_KEY, null),
            key("slow", "shop", EnumSet.allOf(Role.class), SLOW_KEY, 1)));
    keys = ApiKeys.open(keyFile);
    GatewayMetrics counts = new GatewayMetrics(metrics);
    routes =
        new Routes(
                backend,
                user ->
                    remembered.getOrDefault(
                        user, new UserExport(null, new TreeMap<>(), List.of(), 0)),
                Runnable::run,
                asked,
                new Queries(backend, asked, maxPending, time),
                counts,
                time,
                QUERY_TIMEOUT,
                List.of("LaMP_3", "LaMP_5"),
                passThrough,
                outcomes,
                times,
                mcpWrites)
            .all();
    server =
        HttpServer.start(
            new HttpServer.Address(
                "127.0.0.1", 0, keyStore, keyStore == null ? null : "changeit", origins),
            limits,
            routes,
            keys,
            new RateLimits(200, time::nanos),
            counts);
  }

  static ApiKey key(String id, String tenant, Set<Role> roles, String secret, Integer rate) {
    return new ApiKey(id, tenant, roles, Sha256.hex(secret), rate);
  }

  void write(List<ApiKey> all) {
    try {
      Files.write(keyFile, JSON.writeValueAsBytes(Map.of("version", 1, "keys", all)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return server.port();
  }

  long heldBytes() {
    return server.heldBytes();
  }

  URI address(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  void remember(UserKey user, Map<String, History> histories) {
    Heads heads = new Heads(7, 3, new Heads.Mixture(5, 0.5f, List.of()), Heads.Mixture.NONE);
    List<OwnHeads> own =
        histories.keySet().stream().map(task -> new OwnHeads(task, "base-1", heads)).toList();
    remembered.put(user, new UserExport(null, new TreeMap<>(histories), own, 0.5));
  }

  Answer post(String path, String body, String... headers) {
    return call("POST", path, body, headers);
  }

  Answer get(String path, String... headers) {
    return call("GET", path, (byte[]) null, headers);
  }

  Answer delete(String path, String... headers) {
    return call("DELETE", path, (byte[]) null, headers);
  }

  /** With the shop's key and JSON unless the headers say otherwise. */
  Answer call(String method, String path, String body, String... headers) {
    return call(method, path, body == null ? null : body.getBytes(UTF_8), headers);
  }

  Answer call(String method, String path, byte[] body, String... headers) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Authorization", "Bearer " + KEY);
    if (body != null) {
      all.put("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    all.entrySet().stream()
        .filter(header -> !header.getValue().isEmpty())
        .forEach(header -> request.header(header.getKey(), header.getValue()));
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      Answer answer = new Answer(response);
      template(method, path)
          .filter(template -> !passesThrough)
          .ifPresent(
              template ->
                  ApiContract.requireKnown(
                      method,
                      template,
                      answer.status(),
                      answer.header("Content-Type"),
                      answer.body()));
      return answer;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Of the operation that a path and method lead to. */
  private Optional<String> template(String method, String path) {
    String[] given = path.replaceFirst("\\?.*", "").split("/", -1);
    List<String> found = new ArrayList<>();
    for (Route route : routes) {
      String[] wanted = route.template().split("/", -1);
      boolean fits = route.method().equals(method) && wanted.length == given.length;
      for (int i = 0; fits && i < wanted.length; i++) {
        fits = wanted[i].startsWith("{") || wanted[i].equals(given[i]);
      }
      if (fits) {
        found.add(route.template());
      }
    }
    return found.stream().findFirst();
  }

  @Override
  public void close() {
    server.close();
    metrics.close();
  }
}
