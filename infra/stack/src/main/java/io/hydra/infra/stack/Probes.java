package io.hydra.infra.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.Json;
import io.hydra.infra.StackException;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import redis.clients.jedis.UnifiedJedis;

/** A real question to each component. */
final class Probes {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** Each attempt waits by itself: a broker that was killed needs some seconds for its groups. */
  private static final int GROUPS_ATTEMPTS = 6;

  private static final Duration GROUPS_TIMEOUT = Duration.ofSeconds(10);

  private static final int CONNECT_MS = 500;
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Supplier<Admin> admin;

  /**
   * @param admin asked only once the broker's port is open
   */
  Probes(Supplier<Admin> admin) {
    this.admin = admin;
  }

  /** Accepts connections and names its nodes. */
  Probe broker(int port) {
    return () ->
        listens(port)
            && !admin
                .get()
                .describeCluster()
                .nodes()
                .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .isEmpty();
  }

  /** Answers PING. */
  Probe redis(int port, String redisUrl) {
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
  Probe http(String url) {
    return () -> get(url).statusCode() == OK;
  }

  /** Has a job whose every task runs. */
  Probe flink(String url) {
    return () -> {
      HttpResponse<String> response = get(url + "/jobs/overview");
      if (response.statusCode() != OK) {
        return false;
      }
      JsonNode jobs = Json.parse(response.body(), JsonNode.class).path("jobs");
      for (JsonNode job : jobs) {
        JsonNode tasks = job.path("tasks");
        int total = tasks.path("total").asInt();
        if (job.path("state").asText().equals("RUNNING")
            && total > 0
            && tasks.path("running").asInt() == total) {
          return true;
        }
      }
      return false;
    };
  }

  /**
   * Each of the consumer groups has a member that owns partitions and joined after this call, which
   * asks the broker who is in them by now.
   *
   * @throws StackException if the broker does not answer
   */
  Probe consumes(Collection<String> groups) throws InterruptedException {
    Set<String> before = GroupMembers.ids(patiently(groups));
    return GroupMembers.of(admin, TIMEOUT.toMillis()).joined(groups, before);
  }

  private Map<String, List<GroupMembers.Member>> patiently(Collection<String> groups)
      throws InterruptedException {
    GroupMembers members = GroupMembers.of(admin, GROUPS_TIMEOUT.toMillis());
    for (int attempt = 1; ; attempt++) {
      try {
        return members.of(groups);
      } catch (ExecutionException | TimeoutException e) {
        if (attempt == GROUPS_ATTEMPTS) {
          throw new StackException("the broker does not tell who is in " + groups, e);
        }
      }
    }
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return http.send(
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
}
