package io.hydra.infra.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.store.HistoryHash;
import io.hydra.schemas.store.RebuildState;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Real broker, registry, Redis, stream processor and rebuild, each in a process of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RebuildIT {
  private static final Duration LOOK = Duration.ofMillis(2);
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration PACE = Duration.ofMillis(20);
  private static final String TASK = "tags";
  private static final int CAPACITY = 20;
  private static final int USERS = 300;
  private static final int KILLED = 128 + 9;
  private static final Instant BEGIN = Instant.parse("2026-01-31T10:00:00Z");

  @TempDir static Path dir;
  private static EmbeddedStack stack;
  private static Process processor;
  private static RedisClient redis;
  private static BehaviorEventPublisher publisher;
  private static final Random RANDOM = new Random(11);

  /** Every event of each user, and the last erasure. */
  private static final Map<UserKey, Map<String, HistoryItem>> EVENTS = new HashMap<>();

  private static final Map<UserKey, Long> ERASED = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    stack = EmbeddedStack.create(TrialStack.withoutLlm(dir), System.out::println);
    stack.startInfrastructure();
    redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()));
    publisher =
        BehaviorEventPublisher.connect(
            new HydraConnection(
                stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl()));
    processor =
        program(
            "io.hydra.stream.StreamProcessor",
            "processor",
            List.of("--checkpoint-dir", dir.resolve("checkpoints").toString()));
    publish(10_000);
    awaitWritten();
    assertAllAreAsTheyMustBe();
  }

  @AfterAll
  static void stop() throws Exception {
    if (processor != null) {
      processor.destroy();
      processor.waitFor();
    }
    if (publisher != null) {
      publisher.close();
    }
    if (redis != null) {
      redis.close();
    }
    stack.close();
  }

  @Test
  @Order(1)
  void whateverComesWhileItRunsIsThereAfterwards() throws Exception {
    View before = current();
    Process rebuild = startRebuild(GRACE);
    while (rebuild.isAlive()) {
      publish(200);
      // As fast as it goes, the load would take the rebuild's core, and make every later one long.
      LockSupport.parkNanos(PACE.toNanos());
    }
    assertThat(rebuild.waitFor()).isZero();
    awaitWritten();
    assertThat(current()).isNotEqualTo(before);
    assertAllAreAsTheyMustBe();
    assertNothingElseLeft();
  }

  @Test
  @Order(2)
  void killedBeforeItsSwitchItHasChangedNothing() throws Exception {
    View before = current();
    while (killIn(RebuildState.Phase.BUILDING) != RebuildState.Phase.BUILDING) {
      // It was quicker than the kill.
      assertThat(rebuild("--finish")).isZero();
      before = current();
    }
    assertThat(current()).isEqualTo(before);
    assertAllAreAsTheyMustBe();
    assertThat(rebuild()).isZero();
    assertThat(current()).isNotEqualTo(before);
    assertAllAreAsTheyMustBe();
    assertNothingElseLeft();
  }

  @Test
  @Order(3)
  void killedAfterItsSwitchItIsFinishedByTheNext() throws Exception {
    View before = current();
    assertThat(killIn(RebuildState.Phase.SWITCHED)).isNotEqualTo(RebuildState.Phase.BUILDING);
    View fresh = current();
    assertThat(fresh).isNotEqualTo(before);
    publish(500);
    assertThat(rebuild("--finish")).isZero();
    awaitWritten();
    assertThat(current()).isEqualTo(fresh);
    assertAllAreAsTheyMustBe();
    assertNothingElseLeft();
  }

  @Test
  @Order(4)
  void whatTheTopicNoLongerHoldsIsNotGivenUp() throws Exception {
    cutTheTopic();
    publish(500);
    awaitWritten();
    View before = current();
    assertThat(rebuild()).isEqualTo(1);
    assertThat(Files.readString(dir.resolve("rebuild.log")))
        .contains("refused, nothing was changed");
    assertThat(current()).isEqualTo(before);
    assertAllAreAsTheyMustBe();
    assertNothingElseLeft();
  }

  private static void publish(int count) {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      UserKey user = new UserKey("shop", "user-" + RANDOM.nextInt(USERS));
      long at = BEGIN.toEpochMilli() + RANDOM.nextInt(1_000_000);
      if (RANDOM.nextInt(400) == 0) {
        sent.add(
            publisher.publish(
                BehaviorEvents.erasure("erase-" + at, user, Instant.ofEpochMilli(at))));
        ERASED.merge(user, at, Math::max);
        continue;
      }
      HistoryItem item = new HistoryItem("e" + at, at, "input of " + at, "output");
      EVENTS.computeIfAbsent(user, u -> new HashMap<>()).put(item.eventId(), item);
      sent.add(
          publisher.publish(
              BehaviorEvents.interaction(
                  item.eventId(),
                  user,
                  TASK,
                  Instant.ofEpochMilli(at),
                  item.input(),
                  item.output())));
    }
    publisher.flush();
    sent.forEach(CompletableFuture::join);
  }

  private static List<HistoryItem> expected(UserKey user) {
    List<HistoryItem> items =
        EVENTS.getOrDefault(user, Map.of()).values().stream()
            .filter(item -> item.occurredAt() > ERASED.getOrDefault(user, 0L))
            .sorted(HistoryItem.OLDEST_FIRST)
            .toList();
    return items.subList(Math.max(0, items.size() - CAPACITY), items.size());
  }

  private static void assertAllAreAsTheyMustBe() {
    View view = current();
    for (int i = 0; i < USERS; i++) {
      UserKey user = new UserKey("shop", "user-" + i);
      assertThat(
              new HistoryHash(redis.hgetAll(StoreLayout.history(view, user, TASK)))
                  .history()
                  .items())
          .as("user %d", i)
          .isEqualTo(expected(user));
    }
  }

  private static void assertNothingElseLeft() {
    assertThat(redis.exists(StoreLayout.rebuildLock(), StoreLayout.rebuildState())).isZero();
    assertThat(redis.keys("hydra:history*"))
        .allSatisfy(key -> assertThat(StoreLayout.viewOf(key)).hasValue(current()));
  }

  private static View current() {
    return View.of(redis.get(StoreLayout.currentView()));
  }

  private static void awaitWritten() {
    assertThat(processor.isAlive()).isTrue();
    TrialStack.awaitWritten(publisher, redis, TASK);
  }

  private static int rebuild(String... arguments) throws Exception {
    Process rebuild = startRebuild(GRACE, arguments);
    Await.until("end of the rebuild", () -> !rebuild.isAlive());
    System.out.println(Files.readString(dir.resolve("rebuild.log")));
    return rebuild.exitValue();
  }

  private static Process startRebuild(Duration grace, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("--grace", grace.toSeconds() + "s"));
    all.addAll(List.of(arguments));
    return program("io.hydra.stream.rebuild.RebuildMain", "rebuild", all);
  }

  /**
   * Kills a rebuild that has come to a phase.
   *
   * @return the phase in which it was killed, as Redis has it
   */
  private static RebuildState.Phase killIn(RebuildState.Phase phase) throws Exception {
    // It would not end by itself.
    Process rebuild = startRebuild(Await.PATIENCE);
    Await.until(
        phase.name(),
        LOOK,
        () -> {
          assertThat(rebuild.isAlive()).isTrue();
          byte[] state = redis.get(StoreLayout.rebuildState());
          // Later phases, since one may be over between two looks.
          return state != null && RebuildState.of(state).phase().compareTo(phase) >= 0;
        });
    rebuild.destroyForcibly();
    assertThat(rebuild.waitFor()).isEqualTo(KILLED);
    return RebuildState.of(redis.get(StoreLayout.rebuildState())).phase();
  }

  private static void cutTheTopic() throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack.endpoints().bootstrapServers()))) {
      cutTheTopic(admin);
    }
  }

  private static void cutTheTopic(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    String topic = Topic.EVENTS.topicName();
    admin
        .describeTopics(List.of(topic))
        .topicNameValues()
        .get(topic)
        .get()
        .partitions()
        .forEach(p -> all.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
    Map<TopicPartition, RecordsToDelete> cut = new HashMap<>();
    admin
        .listOffsets(all)
        .all()
        .get()
        .forEach((p, end) -> cut.put(p, RecordsToDelete.beforeOffset(end.offset())));
    admin.deleteRecords(cut).all().get();
  }

  private static Process program(String main, String name, List<String> arguments)
      throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--bootstrap-servers",
                stack.endpoints().bootstrapServers(),
                "--schema-registry-url",
                stack.endpoints().schemaRegistryUrl(),
                "--redis-url",
                stack.endpoints().redisUrl(),
                "--history-capacity",
                Integer.toString(CAPACITY)));
    all.addAll(arguments);
    return new ProcessBuilder(
            TrialStack.java(400)
                .main(JavaCommand.classpath(TrialStack.HOME, "stream-processor"), main, all))
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve(name + ".log").toFile())
        .start();
  }
}
