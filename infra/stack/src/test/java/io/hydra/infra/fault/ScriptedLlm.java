package io.hydra.infra.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hydra.infra.trials.corpus.ReplyCases;
import io.hydra.infra.trials.corpus.ReplyCases.ReplyCase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An endpoint that gives the reply of a case to the query that names it, and a good one to all
 * others, after a while.
 */
final class ScriptedLlm implements AutoCloseable {
  private static final Pattern NAMED = Pattern.compile("a note on reply-([A-Za-z0-9-]+)");
  private static final Pattern TEXT = Pattern.compile("<text>(.*)</text>", Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, ReplyCase> cases;
  private final Duration latency;
  private final AtomicInteger number = new AtomicInteger();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /**
   * A call that has ended.
   *
   * @param id unique, and the model that its reply names
   * @param asker the API key that it came with
   * @param text that was asked about
   */
  record Call(String id, String asker, String text, Instant begun, Instant ended) {}

  ScriptedLlm(List<ReplyCase> cases, Duration latency) throws IOException {
    this.cases = cases.stream().collect(Collectors.toMap(ReplyCase::name, Function.identity()));
    this.latency = latency;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** The calls that have ended so far. */
  List<Call> calls() {
    return List.copyOf(calls);
  }

  private void answer(HttpExchange exchange) throws IOException {
    Instant begun = Instant.now();
    String id = "scripted-" + number.incrementAndGet();
    String key = exchange.getRequestHeaders().getFirst("Authorization");
    String text = "";
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
      JsonNode messages = request.path("messages");
      String asked = messages.path(messages.size() - 1).path("content").asText();
      Matcher given = TEXT.matcher(asked);
      text = given.find() ? given.group(1) : "";
      Matcher named = NAMED.matcher(asked);
      if (named.find() && cases.containsKey(named.group(1))) {
        give(exchange, cases.get(named.group(1)));
        return;
      }
      // Whoever waits here is let go when all is over.
      boolean over = closed.await(latency.toMillis(), TimeUnit.MILLISECONDS);
      if (!over) {
        int n = Math.max(1, request.path("n").asInt(1));
        send(exchange, 200, ReplyCases.plain(id, "travel", n));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      calls.add(
          new Call(id, String.valueOf(key).replace("Bearer ", ""), text, begun, Instant.now()));
    }
  }

  private void give(HttpExchange exchange, ReplyCase reply)
      throws IOException, InterruptedException {
    if (reply.hangs()) {
      closed.await();
      return;
    }
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    send(exchange, reply.status(), reply.body());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    String start = new String(body, 0, Math.min(1, body.length), StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set("Content-Type", start.equals("<") ? "text/html" : "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
