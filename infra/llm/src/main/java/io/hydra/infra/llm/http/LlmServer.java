package io.hydra.infra.llm.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hydra.infra.llm.fault.Faults;
import io.hydra.infra.llm.fault.Faults.FaultSettings;
import io.hydra.infra.llm.http.ChatHandler.Completion;
import io.hydra.infra.llm.http.ChatHandler.Delays;
import io.hydra.infra.llm.http.Json.Exchanges;
import io.hydra.infra.llm.model.Models;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server, on 127.0.0.1 only: {@code POST /v1/chat/completions}, {@code GET /v1/models},
 * {@code GET /health}, {@code GET|POST /admin/faults}, {@code GET /admin/stats}.
 */
public final class LlmServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LlmServer.class);
  private static final String HOST = "127.0.0.1";
  private static final int BACKLOG = 512;
  private static final int THREADS = 16;
  private static final int WAITING = 1024;

  private final HttpServer server;
  private final Models models;
  private final Faults faults;
  private final Stats stats = new Stats();
  private final Clock clock;
  private final HungCalls hung = new HungCalls();
  private final ThreadPoolExecutor workers =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          // The accepting thread then does the work itself and accepts no more: backpressure.
          new ThreadPoolExecutor.CallerRunsPolicy());
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  private LlmServer(HttpServer server, Models models, Faults faults, Clock clock) {
    this.server = server;
    this.models = models;
    this.faults = faults;
    this.clock = clock;
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
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName(HOST), port), BACKLOG);
    LlmServer server = new LlmServer(http, models, faults, clock);
    Delays delays = new Delays(server.timer, server.workers);
    ChatHandler chat =
        new ChatHandler(models, faults, server.stats, clock, seed, delays, server.hung);
    server.route("/v1/chat/completions", null, chat::handle);
    server.route("/v1/models", server::listModels, null);
    server.route("/health", e -> Json.send(e, 200, status("ok")), null);
    server.route("/admin/faults", server::showFaults, server::changeFaults);
    server.route("/admin/stats", server::showStats, null);
    server.route("/", LlmServer::notFound, LlmServer::notFound);
    http.setExecutor(server.workers);
    http.start();
    return server;
  }

  /** With the path that clients take for base, e.g. {@code http://127.0.0.1:8000/v1}. */
  public String baseUrl() {
    return "http://" + HOST + ":" + server.getAddress().getPort() + "/v1";
  }

  @Override
  public void close() {
    hung.close();
    timer.shutdownNow();
    server.stop(0);
    workers.shutdownNow();
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException, ApiException;
  }

  /** A null handler refuses its method. */
  private void route(String path, Handler get, Handler post) {
    server.createContext(
        path,
        exchange ->
            Exchanges.guard(
                exchange,
                () -> {
                  if (!path.equals("/") && !exchange.getRequestURI().getPath().equals(path)) {
                    notFound(exchange);
                  }
                  Handler handler =
                      switch (exchange.getRequestMethod()) {
                        case "GET" -> get;
                        case "POST" -> post;
                        default -> null;
                      };
                  if (handler == null) {
                    throw ApiException.of(
                        405,
                        "invalid_request_error",
                        "method_not_allowed",
                        "%s is not possible on %s".formatted(exchange.getRequestMethod(), path));
                  }
                  handler.handle(exchange);
                }));
  }

  private static void notFound(HttpExchange exchange) throws ApiException {
    throw ApiException.of(404, "invalid_request_error", "unknown_url", "no such path");
  }

  private static ObjectNode status(String status) {
    return Json.MAPPER.createObjectNode().put("status", status);
  }

  private void listModels(HttpExchange exchange) throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    for (String id : models.ids()) {
      data.addObject()
          .put("id", id)
          .put("object", "model")
          .put("created", clock.instant().getEpochSecond())
          .put("owned_by", "hydra");
    }
    Json.send(exchange, 200, body);
  }

  private void showStats(HttpExchange exchange) throws IOException {
    Json.send(exchange, 200, Json.MAPPER.valueToTree(stats.snapshot()));
  }

  private void showFaults(HttpExchange exchange) throws IOException {
    Json.send(exchange, 200, Json.MAPPER.valueToTree(faults.settings()));
  }

  /** Fields that the body does not name stay as they are. */
  private void changeFaults(HttpExchange exchange) throws IOException, ApiException {
    ObjectNode changed = Json.MAPPER.valueToTree(faults.settings());
    for (var field : Json.read(exchange).properties()) {
      JsonNode value = field.getValue();
      if (!changed.has(field.getKey()) || !value.isNumber()) {
        throw ApiException.badRequest(
            "expected numbers for some of " + String.join(", ", names(changed)));
      }
      changed.set(field.getKey(), value);
    }
    try {
      faults.set(Json.MAPPER.treeToValue(changed, FaultSettings.class));
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw ApiException.badRequest(cause.getMessage().lines().findFirst().orElse("no such value"));
    }
    log.info("faults are now {}", faults.settings());
    showFaults(exchange);
  }

  private static Iterable<String> names(ObjectNode node) {
    return node::fieldNames;
  }

  /**
   * Calls that are never answered. The JDK's server does not tell when a client has gone, so the
   * oldest is dropped, its connection closed without an answer, when there are too many.
   */
  static final class HungCalls implements AutoCloseable {
    private static final int MOST = 256;

    private final Deque<HttpExchange> held = new ArrayDeque<>();

    synchronized void hold(HttpExchange exchange) {
      held.addLast(exchange);
      if (held.size() > MOST) {
        held.removeFirst().close();
      }
    }

    @Override
    public synchronized void close() {
      held.forEach(HttpExchange::close);
      held.clear();
    }
  }

  /** Totals since start, of calls answered with choices; refused and failed ones cost nothing. */
  static final class Stats {
    private final LongAdder calls = new LongAdder();
    private final LongAdder promptTokens = new LongAdder();
    private final LongAdder completionTokens = new LongAdder();

    record Snapshot(long calls, long promptTokens, long completionTokens) {}

    void count(Completion completion) {
      calls.increment();
      promptTokens.add(completion.promptTokens());
      completionTokens.add(completion.completionTokens());
    }

    Snapshot snapshot() {
      return new Snapshot(calls.sum(), promptTokens.sum(), completionTokens.sum());
    }
  }
}
