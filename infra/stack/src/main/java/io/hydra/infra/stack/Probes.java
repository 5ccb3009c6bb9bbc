package io.hydra.infra.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Probes.Probe;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import redis.clients.jedis.UnifiedJedis;

/** A real question to each component. */
final class Probes {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int CONNECT_MS = 500;
  private static final int OK = 200;

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  private Probes() {}

  /** Answers PING. */
  static Probe redis(int port, String redisUrl) {
    RedisUrl url = RedisUrl.parse(redisUrl);
    return () -> {
      if (!listens(port)) {
        return false;
      }
      try (UnifiedJedis redis = RedisClients.open(url, RedisTimeouts.all(TIMEOUT))) {
        return "PONG".equals(redis.ping());
      }
    };
  }

  /** Answers GET with 200. */
  static Probe http(String url) {
    return () -> get(url).statusCode() == OK;
  }

  /** Has a job whose every task runs. */
  static Probe flink(String url) {
    return () -> {
      HttpResponse<String> response = get(url + "/jobs/overview");
      if (response.statusCode() != OK) {
        return false;
      }
      JsonNode jobs = Json.parse(response.body(), JsonNode.class).path("jobs");
      for (JsonNode job : jobs) {
        int total = job.path("tasks").path("total").asInt();
        int running = job.path("tasks").path("running").asInt();
        if (job.path("state").asText().equals("RUNNING") && total > 0 && running == total) {
          return true;
        }
      }
      return false;
    };
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks a component whether it is ready. */
  @FunctionalInterface
  interface Probe {
    /**
     * Asks once, briefly.
     *
     * @throws Exception counts as not ready
     */
    boolean ready() throws Exception;
  }
}
