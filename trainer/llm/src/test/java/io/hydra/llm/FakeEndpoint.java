package io.hydra.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An HTTP server on loopback that plays an OpenAI-compatible endpoint. */
final class FakeEndpoint implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The answer to one request. */
  record Answer(int status, String body, Map<String, String> headers, boolean hangs) {
    static Answer error(int status, String body) {
      return new Answer(status, body, Map.of(), false);
    }

    static Answer ok(String body) {
      return new Answer(200, body, Map.of(), false);
    }

    static Answer choices(int n) {
      ObjectNode reply = JSON.createObjectNode().put("id", "1").put("model", "small");
      ArrayNode choices = reply.putArray("choices");
      for (int i = 0; i < n; i++) {
        choices
            .addObject()
            .put("index", i)
            .putObject("message")
            .put("role", "assistant")
            .put("content", "text " + i);
      }
      reply.putObject("usage").put("prompt_tokens", 40).put("completion_tokens", 2 * n);
      return ok(reply.toString());
    }

    static Answer hang() {
      return new Answer(200, "", Map.of(), true);
    }

    static Answer of(ReplyCases.HttpReply reply) {
      return new Answer(reply.status(), new String(reply.body(), UTF_8), reply.headers(), false);
    }
  }

  /** The bodies of all requests so far, in order of arrival. */
  final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  /** The path of each of them, with its query. */
  final List<String> places = new CopyOnWriteArrayList<>();

  final List<Headers> headers = new CopyOnWriteArrayList<>();

  private final CountDownLatch ended = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile String path = "/v1/chat/completions";
  private volatile Function<JsonNode, Answer> script =
      request -> Answer.choices(request.path("n").asInt(1));

  FakeEndpoint() throws IOException {
    this(0);
  }

  /**
   * @param port 0 for a free one
   */
  FakeEndpoint(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    server.setExecutor(threads);
    server.createContext("/", this::respond);
    server.start();
  }

  String url() {
    return root() + "/v1";
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The scheme, host and port alone. */
  String root() {
    return "http://127.0.0.1:%d".formatted(port());
  }

  /** Anything else is not found. */
  void livesAt(String other) {
    path = other;
  }

  /** Every request gets what the function says. */
  void always(Function<JsonNode, Answer> answer) {
    script = answer;
  }

  /** One answer per request; the last stays. */
  void inTurn(Answer... answers) {
    script = request -> answers[Math.min(requests.size(), answers.length) - 1];
  }

  private void respond(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
    Answer answer;
    synchronized (this) {
      requests.add(request);
      places.add(exchange.getRequestURI().toString());
      headers.add(exchange.getRequestHeaders());
    }
    answer =
        exchange.getRequestURI().getPath().equals(path)
            ? script.apply(request)
            : Answer.error(404, "404 page not found");
    if (answer.hangs()) {
      try {
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] body = answer.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    ended.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
