package io.hydra.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An OpenAI-compatible endpoint on loopback that always gives the same answer, at no cost: for a
 * rehearsal, and to measure what is around an LLM.
 */
public final class CannedEndpoint implements AutoCloseable {
  private static final Pattern SAMPLES = Pattern.compile("\"n\"\\s*:\\s*(\\d{1,3})\\b");

  private final HttpServer server;
  private final Executor later;

  private CannedEndpoint(HttpServer server, Duration delay) {
    this.server = server;
    this.later =
        delay.isZero()
            ? Runnable::run
            : CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  public static CannedEndpoint start() throws IOException {
    return start(Duration.ZERO);
  }

  /**
   * @param delay before each answer, however many are asked for at once
   */
  public static CannedEndpoint start(Duration delay) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    CannedEndpoint endpoint = new CannedEndpoint(server, delay);
    server.createContext("/", endpoint::answer);
    server.start();
    return endpoint;
  }

  public String baseUrl() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    Matcher asked = SAMPLES.matcher(request);
    byte[] reply = reply(asked.find() ? Integer.parseInt(asked.group(1)) : 1).getBytes(UTF_8);
    later.execute(() -> send(exchange, reply));
  }

  private static void send(HttpExchange exchange, byte[] reply) {
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    } catch (IOException e) {
      // Whoever asked is gone.
    }
  }

  private static String reply(int samples) {
    String choice =
        "{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"1\"}}";
    return "{\"id\":\"canned\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"canned\",\"choices\":["
        + String.join(",", Collections.nCopies(samples, choice))
        + "],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
