package io.hydra.infra.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.UnifiedJedis;

/**
 * Real processes, killed with SIGKILL while events come in. What then lies on the topics and in
 * Redis is the only witness. The seed decides the load, the order of the faults and their moments:
 * {@code -Dhydra.recovery.seed=N} tries another.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RecoveryIT {
  private static final long SEED = Long.getLong("hydra.recovery.seed", 11);
  private static final int EVENTS = 100_000;
  private static final int PER_SECOND = 8_000;
  private static final int CAPACITY = 50;
  private static final Duration MAX_AGE = Duration.ofDays(30);
  private static final Map<String, String> LIMITS =
      Map.of(
          "HYDRA_HISTORY_CAPACITY",
          Integer.toString(CAPACITY),
          "HYDRA_HISTORY_MAX_AGE",
          MAX_AGE.toDays() + "d");
  private static final int A_FEW = 500;
  private static final int REPEATED_DURING_REBUILD = 5_000;
  private static final int REBUILD_HEAP_MIB = 256;
  private static final Duration ROUND = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofMillis(1);
  private static final long BEGIN = System.nanoTime();

  @TempDir static Path dir;
  private static EmbeddedStack stack;
  private static SchemaRegistryClient registry;
  private static Events codec;
  private static Admin admin;
  private static UnifiedJedis redis;
  private static Topics topics;
  private static Faults faults;
  private static List<Load.Item> items;
  private static Publisher load;
  private static long repeatedAfterKills;
  private static int markers;

  private static Map<String, ConsumerRecord<byte[], byte[]>> undecodable;
  private static Verdict verdict;
  private static RedisContent content;

  @BeforeAll
  static void breakItWhileEventsComeIn() throws Exception {
    stack = EmbeddedStack.create(TrialStack.withoutLlm(dir), RecoveryIT::say);
    stack.startInfrastructure();
    stack.startStreamProcessor(LIMITS);
    registry = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    codec = new Events(registry);
    String bootstrapServers = stack.endpoints().bootstrapServers();
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    redis =
        RedisClients.open(
            RedisUrl.parse(stack.endpoints().redisUrl()), RedisTimeouts.all(Await.PATIENCE));
    topics = new Topics(bootstrapServers);
    faults = new Faults(stack, dir.resolve("checkpoints"), RecoveryIT::say);
    items = Load.generate(SEED, EVENTS, codec::bytes);
    load = new Publisher(bootstrapServers, items, PER_SECOND);
    strikeOnTheWay();
    load.allow(EVENTS);
    awaitAcknowledged(EVENTS);
    say("all is published");
    TrialStack.awaitNoLag(admin, ConsumerGroups.STREAM_PROCESSOR);
    say("all is processed");
    readBack();
  }

  /** One fault in each part of the load; the next part begins when the last fault is healed. */
  private static void strikeOnTheWay() throws Exception {
    Random random = new Random(SEED);
    List<Faults.Kind> kinds = new ArrayList<>(Arrays.asList(Faults.Kind.values()));
    Collections.shuffle(kinds, random);
    int part = EVENTS / kinds.size();
    for (int i = 0; i < kinds.size(); i++) {
      int moment = i * part + part / 4 + random.nextInt(part / 4);
      load.allow((i + 1) * part);
      awaitAcknowledged(moment);
      Faults.Kind kind = kinds.get(i);
      say("%s at event %d".formatted(kind, load.acknowledged()));
      long since = System.nanoTime();
      faults.strike(kind, new LoadFlow());
      // Redis may have been restarted; the pool's own upkeep makes it hold more than one
      // connection.
      RedisClients.dropIdle(redis);
      long up = System.nanoTime();
      awaitMarkers();
      say(
          "%s: all up again after %.1f s, an event sent then was in its history %.1f s later"
              .formatted(kind, (up - since) / 1e9, (System.nanoTime() - up) / 1e9));
    }
  }

  /** An event that is sent now to each partition gets through, and with it all before it. */
  private static void awaitMarkers() {
    Set<Integer> partitions = new HashSet<>();
    for (int number = 0; partitions.size() < StackConfig.DEFAULT_PARTITIONS; number++) {
      UserKey user = Load.user(number);
      byte[] key = user.recordKey().getBytes(StandardCharsets.UTF_8);
      int partition = BuiltInPartitioner.partitionForKey(key, StackConfig.DEFAULT_PARTITIONS);
      if (partitions.add(partition)) {
        BehaviorEvent marker = Load.marker("marker-" + markers++, user);
        load.also(key, codec.bytes(marker));
        Await.until("marker in its history", LOOK, () -> isWritten(marker));
      }
    }
  }

  private static boolean isWritten(BehaviorEvent event) {
    return Events.written(List.of(event), redis) == 1;
  }

  private static final class LoadFlow implements Faults.Flow {
    private int sent;

    @Override
    public void hold() {
      sent = load.hold();
      awaitAcknowledged(sent);
      awaitMarkers();
    }

    @Override
    public void someMore() {
      load.allow(sent + A_FEW);
      awaitAcknowledged(sent + A_FEW);
    }

    @Override
    public void processorIsDead() {
      repeatedAfterKills += writtenAndNotCommitted();
    }
  }

  private static void awaitAcknowledged(int events) {
    Await.until("load on the topic", LOOK, () -> load.acknowledged() >= events);
  }

  /** Events in Redis that come after the group's offsets: a restart writes them once more. */
  private static long writtenAndNotCommitted() {
    try {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      admin
          .listConsumerGroupOffsets(ConsumerGroups.STREAM_PROCESSOR)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, committed) -> offsets.put(partition, committed.offset()));
      List<BehaviorEvent> after =
          topics.from(Topic.EVENTS, offsets).stream()
              .map(codec::decode)
              .flatMap(Optional::stream)
              .toList();
      long written = Events.written(after, redis);
      say("killed with %d of %d uncommitted events written".formatted(written, after.size()));
      return written;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readBack() {
    List<BehaviorEvent> events = new ArrayList<>();
    undecodable = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.all(Topic.EVENTS)) {
      codec
          .decode(record)
          .ifPresentOrElse(
              events::add,
              () -> undecodable.put(record.partition() + "@" + record.offset(), record));
    }
    verdict = new Verdict(CAPACITY, MAX_AGE, events);
    content = RedisContent.read(redis);
    say(
        "%d events and %d undecodable records on the topic, %d histories due"
            .formatted(events.size(), undecodable.size(), verdict.histories()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (load != null) {
      load.close();
      redis.close();
      admin.close(Duration.ZERO);
    }
    stack.close();
  }

  @Test
  @Order(1)
  void theFaultsHitWhatTheyWereMeantToHit() {
    assertThat(faults.killedInCheckpoint()).as("kills during a checkpoint").isGreaterThan(1);
    assertThat(repeatedAfterKills).as("events written and not committed at a kill").isPositive();
    assertThat(undecodable).hasSizeGreaterThan(20);
  }

  @Test
  @Order(2)
  void everyHistoryIsWhatTheEventsOnTheTopicSay() {
    assertThat(verdict.histories()).isGreaterThan(Load.USERS);
    assertThat(verdict.wrongHistories(content)).isEmpty();
  }

  @Test
  @Order(3)
  void everyHistorysLastVersionWasRequested() {
    awaitRequests();
  }

  @Test
  @Order(4)
  void nobodyHoldsWhatIsSomebodyElses() {
    assertThat(verdict.foreign(content)).isEmpty();
  }

  @Test
  @Order(5)
  void everyUndecodableRecordIsADeadLetterWithItsBytes() {
    assertThat(verdict.wrongLetters(undecodable, topics.all(Topic.EVENTS_DLQ))).isEmpty();
  }

  @Test
  @Order(6)
  void everyErasureIsRecordedAndNothingItForgotIsLeft() {
    assertThat(verdict.wrongErasures(content, decoded(Topic.ERASURES, UserErased.class))).isEmpty();
  }

  @Test
  @Order(7)
  void whenRedisLostAllARebuildBesideTheLiveJobBringsItBack() throws Exception {
    redis.flushAll();
    assertThat(redis.dbSize()).isZero();
    long since = System.nanoTime();
    Process rebuild = startRebuild();
    items.stream()
        .filter(item -> item.event() != null)
        .limit(REPEATED_DURING_REBUILD)
        .forEach(item -> load.also(item.key(), item.value()));
    assertThat(rebuild.waitFor()).as(Files.readString(rebuildLog())).isZero();
    TrialStack.awaitNoLag(admin, ConsumerGroups.STREAM_PROCESSOR);
    content = RedisContent.read(redis);
    say("rebuilt %.1f s after FLUSHALL".formatted((System.nanoTime() - since) / 1e9));
    assertThat(verdict.wrongHistories(content)).isEmpty();
    assertThat(verdict.foreign(content)).isEmpty();
    assertThat(verdict.wrongErasures(content, decoded(Topic.ERASURES, UserErased.class))).isEmpty();
    awaitRequests();
  }

  private static Process startRebuild() throws IOException {
    List<String> command =
        TrialStack.java(REBUILD_HEAP_MIB)
            .main(
                JavaCommand.classpath(TrialStack.HOME, Component.STREAM_PROCESSOR.module()),
                "io.hydra.stream.rebuild.RebuildMain",
                List.of(
                    "--bootstrap-servers",
                    stack.endpoints().bootstrapServers(),
                    "--schema-registry-url",
                    stack.endpoints().schemaRegistryUrl(),
                    "--redis-url",
                    stack.endpoints().redisUrl()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(LIMITS);
    return builder.redirectErrorStream(true).redirectOutput(rebuildLog().toFile()).start();
  }

  private static Path rebuildLog() {
    return dir.resolve("rebuild.log");
  }

  private static void awaitRequests() {
    List<String> wrong = new ArrayList<>();
    try {
      Await.until(
          "request of every last version",
          ROUND,
          () -> {
            wrong.clear();
            wrong.addAll(
                verdict.wrongRequests(
                    RedisContent.read(redis),
                    decoded(Topic.HEAD_REQUESTS, HeadUpdateRequest.class)));
            return wrong.isEmpty();
          });
    } catch (AssertionError late) {
      assertThat(wrong).as(late.getMessage()).isEmpty();
    }
  }

  private static <T extends SpecificRecord> List<T> decoded(Topic topic, Class<T> type) {
    RegistryDeserializer<T> deserializer = new RegistryDeserializer<>(registry, topic);
    List<T> values = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.all(topic)) {
      try {
        values.add(type.cast(deserializer.deserialize(record.value())));
      } catch (UndecodableRecordException e) {
        throw new IllegalStateException(e);
      }
    }
    return values;
  }

  private static void say(String line) {
    System.out.printf("%6.1f s  %s%n", (System.nanoTime() - BEGIN) / 1e9, line);
  }
}
