package io.hydra.infra.llm;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hydra.infra.llm.Faults.FaultSettings;
import io.hydra.infra.llm.Json.ApiException;
import io.hydra.infra.llm.Json.Handler;
import io.hydra.infra.llm.model.SimulatedModel;
import io.hydra.infra.llm.model.SimulatedModel.Models;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server, on 127.0.0.1 only: {@code POST /v1/chat/completions}, {@code GET /v1/models},
 * {@code GET /health}, {@code GET|POST /admin/faults}, {@code GET /admin/stats}.
 */
public final class LlmServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LlmServer.class);
  private static final String HOST = "127.0.0.1";
  private static final long SEED = 1;
  private static final int BACKLOG = 512;
  private static final int THREADS = 16;
  private static final int WAITING = 1024;

  private final HttpServer server;
  private final Models models;
  private final Faults faults;
  private final Clock clock;
  private final ChatHandler chat;
  private final ThreadPoolExecutor workers =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          // The accepting thread then does the work itself and accepts no more: backpressure.
          new ThreadPoolExecutor.CallerRunsPolicy());

  private LlmServer(HttpServer server, Models models, Faults faults, Clock clock, long seed) {
    this.server = server;
    this.models = models;
    this.faults = faults;
    this.clock = clock;
    this.chat = new ChatHandler(models, faults, clock, seed, workers);
  }

  /**
   * The JDK's servers read these once. Without the first an answer may wait 40 ms for an ACK; the
   * second outlives the idle connections that clients keep; an answer may take long to begin.
   */
  static void setUpHttp() {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.idleInterval", "600");
    System.setProperty("sun.net.httpserver.maxReqTime", "-1");
    System.setProperty("sun.net.httpserver.maxRspTime", "-1");
  }

  /** Starts to listen on a free port, without faults; the empty name is the plain model's. */
  public static LlmServer start(Map<String, SimulatedModel> models) throws IOException {
    Faults none = new Faults(FaultSettings.NONE, SEED);
    return start(0, Models.named(models), none, Clock.systemUTC(), SEED);
  }

  /**
   * Starts to listen.
   *
   * @param port 0 picks a free one
   * @param seed for requests that bring none
   * @throws IOException if the port is taken
   */
  public static LlmServer start(int port, Models models, Faults faults, Clock clock, long seed)
      throws IOException {
    setUpHttp();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(HOST), port);
    HttpServer http = HttpServer.create(address, BACKLOG);
    LlmServer server = new LlmServer(http, models, faults, clock, seed);
    server.route("/v1/chat/completions", null, server.chat::handle);
    server.route("/v1/models", server::listModels, null);
    server.route("/health", e -> Json.send(e, 200, Map.of("status", "ok")), null);
    server.route("/admin/faults", server::showFaults, server::changeFaults);
    server.route("/admin/stats", e -> Json.send(e, 200, server.chat.stats()), null);
    server.route("/", LlmServer::refuse, LlmServer::refuse);
    http.setExecutor(server.workers);
    http.start();
    return server;
  }

  /** With the path that clients take for base, e.g. {@code http://127.0.0.1:8000/v1}. */
  public String baseUrl() {
    return "http://" + HOST + ":" + server.getAddress().getPort() + "/v1";
  }

  /**
   * Totals since start. What is refused or fails costs nothing.
   *
   * @param requests for chat completions, whatever became of them
   * @param calls that choices were made for
   */
  public record Stats(long requests, long calls, long promptTokens, long completionTokens) {}

  public Stats stats() {
    return chat.stats();
  }

  @Override
  public void close() {
    chat.close();
    server.stop(0);
    workers.shutdownNow();
  }

  /** A null handler refuses its method. */
  private void route(String path, Handler get, Handler post) {
    Handler handler =
        exchange -> {
          if (!path.equals("/") && !exchange.getRequestURI().getPath().equals(path)) {
            refuse(exchange);
          }
          String method = exchange.getRequestMethod();
          Handler chosen = method.equals("GET") ? get : method.equals("POST") ? post : null;
          if (chosen == null) {
            throw Json.invalid(
                405, "method_not_allowed", "%s is not possible on %s".formatted(method, path));
          }
          chosen.handle(exchange);
        };
    server.createContext(path, exchange -> Json.guard(exchange, handler));
  }

  private static void refuse(HttpExchange exchange) throws ApiException {
    throw Json.invalid(404, "unknown_url", "no such path");
  }

  private record ModelList(String object, List<Model> data) {
    private record Model(
        String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {}
  }

  private void listModels(HttpExchange exchange) throws IOException {
    long now = clock.instant().getEpochSecond();
    Json.send(
        exchange,
        200,
        new ModelList(
            "list",
            models.ids().stream()
                .map(id -> new ModelList.Model(id, "model", now, "hydra"))
                .toList()));
  }

  private void showFaults(HttpExchange exchange) throws IOException {
    Json.send(exchange, 200, faults.settings());
  }

  /** Fields that the body does not name stay as they are. */
  private void changeFaults(HttpExchange exchange) throws IOException, ApiException {
    ObjectNode changed = Json.MAPPER.valueToTree(faults.settings());
    changed.setAll(Json.read(exchange));
    try {
      faults.set(Json.MAPPER.treeToValue(changed, FaultSettings.class));
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw Json.badRequest(cause.getMessage().lines().findFirst().orElse("no such value"));
    }
    log.info("faults are now {}", faults.settings());
    showFaults(exchange);
  }
}
