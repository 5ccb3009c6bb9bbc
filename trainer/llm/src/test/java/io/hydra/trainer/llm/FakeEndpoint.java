package io.hydra.trainer.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An HTTP server on loopback that plays an OpenAI-compatible endpoint. */
final class FakeEndpoint implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What one request gets. */
  record Answer(int status, String body, String retryAfter, boolean hangs) {
    static Answer error(int status, String body) {
      return new Answer(status, body, null, false);
    }

    static Answer ok(String body) {
      return new Answer(200, body, null, false);
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
      return new Answer(200, "", null, true);
    }

    Answer retryAfter(String value) {
      return new Answer(status, body, value, hangs);
    }
  }

  /** The bodies of all requests so far, in order of arrival. */
  final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  final List<String> authorizations = new CopyOnWriteArrayList<>();

  private final CountDownLatch ended = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile Function<JsonNode, Answer> script =
      request -> Answer.choices(request.path("n").asInt(1));

  FakeEndpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::respond);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
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
      authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
    }
    answer = script.apply(request);
    if (answer.hangs()) {
      try {
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (answer.retryAfter() != null) {
      exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
    }
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
