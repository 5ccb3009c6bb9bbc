package io.hydra.infra.fault;

import io.hydra.infra.kafka.ConsumerLag;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.stack.StackConfig.Optimization;
import io.hydra.infra.stack.StackConfig.Tuning;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import redis.clients.jedis.UnifiedJedis;

/** The settings of stacks in tests, and waits for what happens in them. */
public final class TrialStack {
  /** The project's top folder, built. */
  public static final Path HOME = Path.of(System.getProperty("hydra.home"));

  /** {@link Await#PATIENCE} as commands take it, in seconds. */
  public static final String PATIENCE = Long.toString(Await.PATIENCE.toSeconds());

  private static final Duration ROUND = Duration.ofMillis(100);

  private TrialStack() {}

  /** With a simulated LLM. It compiles quickly, since it mostly starts. */
  public static StackConfig in(Path dir) {
    return StackConfig.defaults(HOME, dir).withTuning(Tuning.of(Optimization.NEVER));
  }

  /** With an LLM that is not there. */
  public static StackConfig withoutLlm(Path dir) {
    return in(dir).withLlm(new LlmSettings.External("http://127.0.0.1:9/v1", "none"));
  }

  /** A Java command that compiles quickly, too. */
  public static JavaCommand java(int maxHeapMiB) {
    return new JavaCommand(maxHeapMiB).flags("-XX:TieredStopAtLevel=1");
  }

  /**
   * Waits until nothing is left to read.
   *
   * @param groups all if none is named
   */
  public static void awaitNoLag(Admin admin, String... groups) {
    Collection<String> wanted = groups.length == 0 ? ConsumerGroups.all() : List.of(groups);
    Await.until(
        "no lag of " + wanted,
        ROUND,
        new ConsumerLag(admin)::sums,
        lag -> wanted.stream().allMatch(group -> lag.get(group) == 0));
  }

  /**
   * Waits until the histories hold whatever was published before: an event that is sent now to each
   * partition comes after it where the job has one writer. On a topic that falls quiet that shows
   * up to ten seconds before the offset is committed.
   */
  public static void awaitWritten(
      BehaviorEventPublisher publisher, UnifiedJedis redis, String task) {
    String id = UUID.randomUUID().toString();
    List<UserKey> users = onePerPartition("marker", StackConfig.DEFAULT_PARTITIONS);
    for (UserKey user : users) {
      var unused =
          publisher
              .publish(BehaviorEvents.interaction(id, user, task, Instant.now(), "a note", "read"))
              .join();
    }
    Histories histories = new Histories(redis);
    for (UserKey user : users) {
      Await.until(
          "event " + id + " in its history",
          () ->
              histories.read(user, task).items().stream()
                  .anyMatch(item -> item.eventId().equals(id)));
    }
  }

  /** Users of a tenant, each on another partition. */
  static List<UserKey> onePerPartition(String tenant, int partitions) {
    List<UserKey> users = new ArrayList<>();
    Set<Integer> taken = new HashSet<>();
    for (int number = 0; users.size() < partitions; number++) {
      UserKey user = new UserKey(tenant, "user-" + number);
      byte[] key = user.recordKey().getBytes(StandardCharsets.UTF_8);
      if (taken.add(BuiltInPartitioner.partitionForKey(key, partitions))) {
        users.add(user);
      }
    }
    return users;
  }
}
