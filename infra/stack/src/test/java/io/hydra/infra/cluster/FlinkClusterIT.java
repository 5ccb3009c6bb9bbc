package io.hydra.infra.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.Endpoints;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.store.HistoryHash;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.user.UserKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.RedisClient;

/**
 * The job jar on a Flink cluster: submitted with {@code flink run}, stopped with a savepoint, and
 * resumed from it with another parallelism.
 */
class FlinkClusterIT {
  private static final Duration ROUND = Duration.ofMillis(50);
  private static final String TENANT = "shop";
  private static final String TASK = "LaMP_3";
  private static final int COUNT = 3;
  private static final int USERS = 40;

  /** Longer than stopping takes, so that what waits is still waiting in the savepoint. */
  private static final Duration DELAY = Duration.ofSeconds(30);

  @TempDir static Path dir;
  private static EmbeddedStack stack;
  private static FlinkCluster flink;
  private static RedisClient redis;
  private static HeadRequests requests;
  private static BehaviorEventPublisher publisher;

  @BeforeAll
  static void start() throws Exception {
    flink = new FlinkCluster(TrialStack.HOME, dir.resolve("flink"));
    stack = EmbeddedStack.create(TrialStack.withoutLlm(dir.resolve("stack")), line -> {});
    stack.startInfrastructure();
    Endpoints endpoints = stack.endpoints();
    redis = RedisClient.builder().fromURI(URI.create(endpoints.redisUrl())).build();
    requests = new HeadRequests(endpoints);
    publisher =
        BehaviorEventPublisher.connect(
            new HydraConnection(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl()));
    await("the task manager's slots", () -> flink.rest().slots() == FlinkCluster.SLOTS);
  }

  @AfterAll
  static void stop() throws Exception {
    try (var closedLast = stack;
        var thenCluster = flink;
        var redisClient = redis;
        var consumer = requests;
        var producer = publisher) {
      // In the reverse order.
    }
  }

  @Test
  void aSavepointIsResumedWithAnotherParallelismAndNothingIsLostOrForgotten() throws Exception {
    String first = flink.run(List.of("-p", "1"), arguments());

    List<String> counted = users("counted");
    publish(counted, 0, 1);
    await("requests at once", () -> requests.versions().keySet().containsAll(counted));
    publish(counted, 1, 1 + COUNT);
    await("requests by count", () -> allRequested(counted, 1 + COUNT));
    assertThat(flink.rest().parallelism(first).values()).containsOnly(1);
    var checkpoints = flink.rest().checkpointConfig(first);
    assertThat(checkpoints.path("state_backend").asText()).contains("RocksDB");
    assertThat(checkpoints.path("checkpoint_storage").asText()).contains("FileSystem");
    await("a checkpoint", () -> flink.rest().completedCheckpoints(first) > 0);
    assertThat(flink.checkpoints().resolve(first)).isDirectoryContaining("glob:**/chk-*");

    List<String> waiting = users("waiting");
    long published = System.nanoTime();
    publish(waiting, 0, 1);
    await("requests of those who will wait", () -> allRequested(waiting, 1));
    publish(waiting, 1, 2);
    await(
        "histories of those who wait",
        () -> versions(waiting).values().stream().allMatch(v -> v == 2));
    String savepoint = flink.stop(first);
    if (System.nanoTime() - published >= DELAY.toNanos()) {
      throw new TestAbortedException("stopping took longer than a trigger waits");
    }
    await("the job's end", () -> flink.rest().state(first).equals("FINISHED"));
    assertThat(requested(waiting)).allSatisfy(v -> assertThat(v).containsExactly(1L));

    List<String> meanwhile = users("meanwhile");
    publish(meanwhile, 0, COUNT);
    publish(counted, 0, 1 + COUNT); // Once more what was published before,
    publish(counted, 1 + COUNT, 2 * COUNT); // and more that is new.
    String second = flink.run(List.of("-s", savepoint, "-p", "2"), arguments());

    await(
        "requests after the restore",
        () ->
            allRequested(counted, 2 * COUNT)
                && allRequested(waiting, 2)
                && allRequested(meanwhile, COUNT));
    assertThat(flink.rest().restored(second).path("is_savepoint").asBoolean()).isTrue();
    assertThat(flink.rest().parallelism(second).values()).containsOnly(2);

    assertThat(versions(counted).values()).containsOnly(2L * COUNT);
    assertThat(versions(waiting).values()).containsOnly(2L);
    assertThat(versions(meanwhile).values()).containsOnly((long) COUNT);
    // With the state lost, the repeated events would have requested the fourth version again.
    assertThat(requested(counted))
        .allSatisfy(v -> assertThat(v).startsWith(1L, 1L + COUNT).doesNotHaveDuplicates());
    // No event came that could have requested the second version.
    assertThat(requested(waiting)).allSatisfy(v -> assertThat(v).containsExactly(1L, 2L));
  }

  @Test
  void aWrongOptionFailsTheSubmissionWithItsReason() throws Exception {
    assertThat(
            flink.client(
                List.of(
                    "run",
                    "-d",
                    FlinkCluster.jobJar(TrialStack.HOME).toString(),
                    "--historycapacity=5"),
                1))
        .contains("--history-capacity");
  }

  private static List<String> arguments() {
    Endpoints endpoints = stack.endpoints();
    return List.of(
        "--bootstrap-servers=" + endpoints.bootstrapServers(),
        "--schema-registry-url=" + endpoints.schemaRegistryUrl(),
        "--redis-url=" + endpoints.redisUrl(),
        "--trigger-events=" + COUNT,
        "--trigger-delay=" + DELAY.toMillis() + "ms",
        "--trigger-min-interval=0ms");
  }

  private static List<String> users(String group) {
    return IntStream.range(0, USERS).mapToObj(i -> group + "-" + i).toList();
  }

  /** The events {@code from} (inclusive) to {@code to} of each user. */
  private static void publish(List<String> users, int from, int to) {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (String user : users) {
      for (int i = from; i < to; i++) {
        Instant at = Instant.parse("2026-01-31T10:00:00Z").plusSeconds(i);
        sent.add(
            publisher.publish(
                BehaviorEvents.interaction(
                    user + "-" + i, new UserKey(TENANT, user), TASK, at, "Stays in tune.", "4")));
      }
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();
  }

  /** Versions of the histories in Redis, each of which counts its distinct events. */
  private static Map<String, Long> versions(List<String> users) {
    Map<String, Long> versions = new HashMap<>();
    for (String user : users) {
      History history =
          new HistoryHash(
                  redis.hgetAll(
                      StoreLayout.history(View.ORIGINAL, new UserKey(TENANT, user), TASK)))
              .history();
      assertThat(history.items()).hasSize((int) history.version());
      versions.put(user, history.version());
    }
    return versions;
  }

  private static List<List<Long>> requested(List<String> users) {
    return users.stream().map(requests.versions()::get).toList();
  }

  private static boolean allRequested(List<String> users, long version) {
    Map<String, List<Long>> versions = requests.versions();
    return users.stream()
        .allMatch(user -> versions.getOrDefault(user, List.of()).contains(version));
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(
        what,
        ROUND,
        () -> {
          if (!flink.alive()) {
            throw new AssertionError(flink.logs());
          }
          return condition.getAsBoolean();
        });
  }
}
