package io.hydra.infra.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Probes.Probe;
import io.hydra.schemas.config.UserException;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import redis.clients.jedis.UnifiedJedis;

/**
 * A real question to each component.
 *
 * <p>The admin client is asked only once the broker's port is open.
 */
record Probes(Supplier<Admin> admin) {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** Each attempt waits by itself: a broker that was killed needs some seconds for its groups. */
  private static final int GROUPS_ATTEMPTS = 6;

  private static final Duration GROUPS_TIMEOUT = Duration.ofSeconds(10);

  private static final int CONNECT_MS = 500;
  private static final int OK = 200;

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /** Accepts connections and names its nodes. */
  Probe broker(int port) {
    return () -> {
      if (!listens(port)) {
        return false;
      }
      var nodes = admin.get().describeCluster().nodes();
      return !nodes.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).isEmpty();
    };
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

  /**
   * Each of the consumer groups has a member that owns partitions and joined after this call, which
   * asks the broker who is in them by now.
   *
   * @throws UserException if the broker does not answer
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
          throw new UserException("the broker does not tell who is in " + groups, e);
        }
      }
    }
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

  /** The members of consumer groups, as the broker sees them. */
  @FunctionalInterface
  interface GroupMembers {
    /**
     * One member.
     *
     * @param id given by the broker or drawn by the member each time it joins
     */
    record Member(String id, boolean assigned) {}

    /**
     * Asks once.
     *
     * @return the members of each of the groups; none for a group that does not exist
     */
    Map<String, List<Member>> of(Collection<String> groups)
        throws ExecutionException, InterruptedException, TimeoutException;

    /**
     * Ready once each of the groups has a member that owns partitions and is none of {@code
     * before}. A member whose process was killed stays in its group until its session times out,
     * and a broker that was killed with it restores it: such members say nothing about a service
     * just started.
     *
     * @param before ids of the members that the groups had before the service was started
     */
    default Probe joined(Collection<String> groups, Set<String> before) {
      return () ->
          of(groups).values().stream()
              .allMatch(
                  members ->
                      members.stream().anyMatch(m -> m.assigned() && !before.contains(m.id())));
    }

    /** As the broker tells it, asked within {@code timeoutMs} for each group. */
    static GroupMembers of(Supplier<Admin> admin, long timeoutMs) {
      return groups -> {
        Map<String, KafkaFuture<ConsumerGroupDescription>> described =
            admin.get().describeConsumerGroups(groups).describedGroups();
        Map<String, List<Member>> members = new HashMap<>();
        for (String group : groups) {
          members.put(group, members(described.get(group), timeoutMs));
        }
        return members;
      };
    }

    private static List<Member> members(KafkaFuture<ConsumerGroupDescription> group, long timeoutMs)
        throws ExecutionException, InterruptedException, TimeoutException {
      try {
        return group.get(timeoutMs, TimeUnit.MILLISECONDS).members().stream()
            .map(m -> new Member(m.consumerId(), !m.assignment().topicPartitions().isEmpty()))
            .toList();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GroupIdNotFoundException) {
          return List.of();
        }
        throw e;
      }
    }

    /** Ids over all groups. */
    static Set<String> ids(Map<String, List<Member>> members) {
      return members.values().stream()
          .flatMap(List::stream)
          .map(Member::id)
          .collect(Collectors.toUnmodifiableSet());
    }
  }
}
