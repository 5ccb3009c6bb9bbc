package io.hydra.serving.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An OpenAI-compatible endpoint on loopback that always gives the same answer, at no cost. */
public final class CannedEndpoint implements AutoCloseable {
  private static final Pattern SAMPLES = Pattern.compile("\"n\"\\s*:\\s*(\\d{1,3})\\b");

  private final HttpServer server;

  private CannedEndpoint(HttpServer server) {
    this.server = server;
  }

  public static CannedEndpoint start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", CannedEndpoint::answer);
    server.start();
    return new CannedEndpoint(server);
  }

  public String baseUrl() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Matcher asked = SAMPLES.matcher(request);
      byte[] reply = reply(asked.find() ? Integer.parseInt(asked.group(1)) : 1).getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  private static String reply(int samples) {
    String choice =
        "{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"1\"}}";
    return "{\"id\":\"warm\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"warm\",\"choices\":["
        + String.join(",", Collections.nCopies(samples, choice))
        + "],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
