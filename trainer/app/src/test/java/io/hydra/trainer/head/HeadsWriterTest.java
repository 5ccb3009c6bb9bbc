package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.FencedHeads;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.testing.LosingConsumer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.embedded.RedisServer;

class HeadsWriterTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topic.HEADS.topicName(), 0);
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static final byte[] HEAD =
      HeadsCodec.encode(new Heads(3, 0, new Heads.Mixture(3, 1f, List.of()), Heads.Mixture.NONE));
  private static final byte[] KEY = bytes(ANN.recordKey());
  @AutoClose private static final EmbeddedRedis server = new EmbeddedRedis();
  private static final RedisClient redis = server.client();

  private final BrokenSchemas registry = new BrokenSchemas();
  private final FailingConsumer consumer = new FailingConsumer();
  private final List<Duration> slept = new ArrayList<>();
  private Uuid topicId = new Uuid(1, 1);

  /** A second later each time. */
  private LongSupplier nanoTime = secondBySecond();

  @BeforeEach
  void startAnew() {
    redis.flushAll();
    SchemaRegistrar.registerAll(registry);
  }

  /** Throws what it is told to, once each. */
  private static final class FailingConsumer extends LosingConsumer {
    final Deque<KafkaException> onCommit = new ArrayDeque<>();
    final Deque<KafkaException> onPoll = new ArrayDeque<>();
    int commits;

    @Override
    public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      if (!onCommit.isEmpty()) {
        throw onCommit.pop();
      }
      super.commitSync(offsets);
      commits++;
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      if (!onPoll.isEmpty()) {
        throw onPoll.pop();
      }
      return super.poll(timeout);
    }
  }

  private HeadsWriter writer(UnifiedJedis redis, String... tasks) {
    return writer(redis, Duration.ZERO, tasks);
  }

  private HeadsWriter writer(UnifiedJedis redis, Duration ttl, String... tasks) {
    RedisHeads heads =
        new RedisHeads(
            new FencedHeads(redis, ttl, Stream.of(tasks).map(task -> task + ":b1").toList()),
            new RegistryDeserializer<>(registry, Topic.HEADS),
            () -> topicId);
    return new HeadsWriter(consumer, heads, slept::add, nanoTime);
  }

  private byte[] heads(String base) {
    return heads(base, 3);
  }

  private byte[] heads(String base, long version) {
    return heads(base, version, HEAD);
  }

  private byte[] heads(String base, long version, byte[] bytes) {
    return heads(base, version, bytes, -1);
  }

  private byte[] heads(String base, long version, byte[] bytes, long erasedUpTo) {
    return heads(base, version, version, bytes, erasedUpTo);
  }

  private byte[] heads(String base, long fittedAt, long version, byte[] bytes, long erasedUpTo) {
    UserHeads heads =
        UserHeads.newBuilder()
            .setTenant(ANN.tenant())
            .setUserId(ANN.userId())
            .setTasks(
                List.of(
                    TaskHeads.newBuilder()
                        .setTask("sample")
                        .setBaseVersion(base)
                        .setHistoryVersion(version)
                        .setUpdatedAt(Instant.ofEpochMilli(fittedAt))
                        .setHeads(ByteBuffer.wrap(bytes))
                        .setErasedUpTo(erasedUpTo)
                        .build()))
            .build();
    return new RegistrySerializer<UserHeads>(registry, Topic.HEADS).serialize(null, heads);
  }

  private void run(byte[]... values) {
    HeadsWriter writer = writer(redis, "sample");
    consumer.schedulePollTask(() -> assign(values));
    // The third poll finds the commit of the records' positions done.
    consumer.schedulePollTask(() -> {});
    consumer.schedulePollTask(writer::stop);
    writer.run();
  }

  @Test
  void headsReachRedis() {
    run(heads("b1"));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void itHasJoinedWhileItsGroupGivesItPartitions() {
    HeadsWriter writer = writer(redis, "sample");
    List<Boolean> joined = new ArrayList<>();
    consumer.schedulePollTask(() -> joined.add(writer.hasJoined()));
    consumer.schedulePollTask(this::assign);
    consumer.schedulePollTask(() -> joined.add(writer.hasJoined()));
    consumer.scheduleLossOf(PARTITION);
    consumer.schedulePollTask(() -> joined.add(writer.hasJoined()));
    consumer.schedulePollTask(writer::stop);
    writer.run();
    assertThat(joined).containsExactly(false, true, false);
  }

  @Test
  void aTombstoneForgetsThem() {
    run(heads("b1"), null);
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isNull();
  }

  @Test
  void theUsersHashNamesTheHeads() {
    run(heads("b1"));
    assertThat(redis.hexists(StoreLayout.user(ANN), StoreLayout.Fields.heads("sample", "b1")))
        .isTrue();
  }

  @Test
  void aTombstoneForgetsHeadsOfEveryBaseAndNothingElse() {
    redis.hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), new byte[] {'7'});
    redis.hset(StoreLayout.user(ANN), StoreLayout.Fields.task("sample"), new byte[0]);
    run(heads("b0"), heads("b1"), null);
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b0"))).isFalse();
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isFalse();
    assertThat(redis.hkeys(StoreLayout.user(ANN)))
        // The place of the tombstone stays, or what was under way could follow it.
        .containsExactlyInAnyOrder(
            StoreLayout.Fields.erased(),
            StoreLayout.Fields.task("sample"),
            bytes(StoreLayout.Fields.HEADS_AT));
  }

  /** As from a trainer that was held up for long, and has lost its partitions meanwhile. */
  @ParameterizedTest
  @CsvSource({"0, false", "1600000000006, false", "1600000000007, true", "-1, true"})
  void headsFromBeforeAnErasureStayOutAlsoBehindItsTombstone(long known, boolean enters) {
    redis.hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), bytes("1600000000007"));
    run(null, heads("b1", 3, HEAD, known));
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(enters);
    assertThat(redis.hexists(StoreLayout.user(ANN), StoreLayout.Fields.heads("sample", "b1")))
        .isEqualTo(enters);
  }

  /**
   * Later records of the topic that were fitted before the takeover, or by a clock a little apart.
   */
  @ParameterizedTest
  @CsvSource({"9999, 3, false", "9999, 2, false", "10000, 3, true", "9999, 4, true"})
  void headsOfATrainerThatWasHeldUpStayOutBehindItsSuccessors(
      long fittedAt, long version, boolean enter) {
    byte[] behind = newer();
    run(heads("b1", 15_000, 3, HEAD, 0), heads("b1", fittedAt, version, behind, 0));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(enter ? behind : HEAD);
  }

  /** Of an erasure that its successor has repeated, as of one that was read twice. */
  @ParameterizedTest
  @CsvSource({"7, 7, true", "7, 8, false", "-1, 7, false", "0, , false"})
  void aTombstoneSparesHeadsWhoseFitKnewTheErasure(long known, String moment, boolean spared) {
    run(null, heads("b1", 3, HEAD, known));
    if (moment != null) {
      redis.hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), bytes(moment));
    }
    applyLate(2, null);
    applyLate(2, null);
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(spared);
    assertThat(redis.hexists(StoreLayout.user(ANN), StoreLayout.Fields.heads("sample", "b1")))
        .isEqualTo(spared);
  }

  /** It does not say which erasure the fit knew. */
  @Test
  void aStampOfAnEarlierVersionIsOfTheSameHeadsAndSparesNone() {
    RedisHeads heads =
        new RedisHeads(
            new FencedHeads(redis, Duration.ofDays(3), List.of()),
            new RegistryDeserializer<>(registry, Topic.HEADS),
            () -> topicId);
    byte[] field = StoreLayout.Fields.heads("sample", "b1");
    byte[] old = bytes("3:3:%08x".formatted(Arrays.hashCode(HEAD)));
    redis.hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), bytes("7"));
    redis.hset(StoreLayout.user(ANN), field, old);
    heads.apply(List.of(record(0, KEY, heads("b1", 3, HEAD, 7))));
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isFalse();
    assertThat(redis.hget(StoreLayout.user(ANN), field)).isEqualTo(old);

    heads.apply(List.of(record(1, KEY, null)));
    assertThat(redis.hexists(StoreLayout.user(ANN), field)).isFalse();
  }

  /** As of two verdicts in one batch: neither the history nor the batch's time has moved. */
  @Test
  void ofTwoFitsOfOneMomentAndVersionTheLaterStands() {
    byte[] later = newer();
    run(heads("b1"), heads("b1", 3, later));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(later);
  }

  @Test
  void headsThatNoHashNamesAreForgottenToo() {
    redis.set(StoreLayout.heads(ANN, "sample", "b1"), HEAD);
    run((byte[]) null);
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isFalse();
  }

  @Test
  void headsAfterATombstoneStand() {
    run(heads("b0"), null, heads("b2"));
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b0"))).isFalse();
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b2"))).isEqualTo(HEAD);
    assertThat(redis.hkeys(StoreLayout.user(ANN)))
        .containsExactlyInAnyOrder(
            StoreLayout.Fields.heads("sample", "b2"), bytes(StoreLayout.Fields.HEADS_AT));
  }

  @Test
  void anUnreadableHeadIsSkipped() {
    run(new byte[] {5, 5, 5}, heads("b2"));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b2"))).isEqualTo(HEAD);
  }

  @Test
  void aHeadWhoseDecodingFailsInAnyWayIsSkipped() {
    run(
        BrokenSchemas.value(BrokenSchemas.ASSERTION),
        BrokenSchemas.value(BrokenSchemas.DEFECT),
        heads("b2"));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b2"))).isEqualTo(HEAD);
  }

  @Test
  void aUserWhoseKeyIsOfAnotherTypeStopsNobody() {
    redis.set(StoreLayout.user(ANN), new byte[] {1});
    HeadsWriter writer = writer(redis);
    consumer.schedulePollTask(() -> assign(heads("b0"), null, heads("b1")));
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.paused()).isEmpty();
          assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION).offset()).isEqualTo(3);
          writer.stop();
        });
    writer.run();
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void headsWaitForARedisThatIsAway() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    RedisServer late = RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
    try (RedisClient client = RedisClient.create(URI.create("redis://127.0.0.1:" + port))) {
      HeadsWriter writer = writer(client, "sample");
      consumer.schedulePollTask(() -> assign(heads("b1")));
      consumer.schedulePollTask(
          () -> {
            assertThat(consumer.paused()).containsExactly(PARTITION);
            assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION)).isNull();
            start(late);
          });
      consumer.schedulePollTask(
          () -> {
            assertThat(consumer.paused()).isEmpty();
            assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION).offset()).isEqualTo(1);
            writer.stop();
          });
      writer.run();
      assertThat(client.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
    } finally {
      late.stop();
    }
  }

  @Test
  void headsWaitForARedisThatRefusesThem() {
    HeadsWriter writer = writer(redis);
    redis.configSet("maxmemory", "1");
    try {
      consumer.schedulePollTask(() -> assign(heads("refused")));
      consumer.schedulePollTask(
          () -> {
            assertThat(consumer.paused()).containsExactly(PARTITION);
            redis.configSet("maxmemory", "0");
          });
      consumer.schedulePollTask(() -> assertThat(consumer.paused()).isEmpty());
      consumer.schedulePollTask(writer::stop);
      writer.run();
    } finally {
      redis.configSet("maxmemory", "0");
    }
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "refused"))).isEqualTo(HEAD);
  }

  /** Sends what a writer that stalled, lost its partition and went on would send. */
  private void applyLate(long offset, byte[] value) {
    RedisHeads stalled =
        new RedisHeads(
            new FencedHeads(redis, Duration.ZERO, List.of("sample:b1")),
            new RegistryDeserializer<>(registry, Topic.HEADS),
            () -> topicId);
    stalled.apply(List.of(record(offset, KEY, value)));
  }

  @Test
  void headsFromBeforeATombstoneDoNotComeBackThoughTheyArriveLate() {
    run(heads("b1"), null);
    applyLate(0, heads("b1"));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isNull();
    assertThat(redis.hkeys(StoreLayout.user(ANN)))
        .containsExactly(bytes(StoreLayout.Fields.HEADS_AT));
  }

  @Test
  void anOlderHeadThatArrivesLateHidesNoNewerOne() {
    byte[] newer = newer();
    run(heads("b1", 3), heads("b1", 4, newer));
    applyLate(0, heads("b1", 3));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(newer);
  }

  @Test
  void aTombstoneThatArrivesLateTakesNoNewerHead() {
    run(heads("b1"), null, heads("b1"));
    applyLate(1, null);
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void theSameRecordsAgainChangeNothing() {
    run(heads("b0"), null, heads("b1"));
    String user = new String(StoreLayout.user(ANN), StandardCharsets.UTF_8);
    Map<String, String> before = redis.hgetAll(user);
    applyLate(2, heads("b1"));
    assertThat(redis.hgetAll(user)).isEqualTo(before);
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void aTopicThatWasMadeAgainCountsFromTheStart() {
    run(heads("b1", 3), null, null);
    RedisHeads heads =
        new RedisHeads(
            new FencedHeads(redis, Duration.ZERO, List.of()),
            new RegistryDeserializer<>(registry, Topic.HEADS),
            () -> topicId);
    // Known from before, so that it has to notice by itself.
    heads.apply(List.of(record(3, KEY, null)));
    topicId = new Uuid(2, 2);
    heads.apply(List.of(record(0, KEY, heads("b1", 4))));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void headsOfTheLastTwoBasesAreKept() {
    run(heads("b0", 1), heads("b1", 2), heads("b2", 3));
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b0"))).isFalse();
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isTrue();
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b2"))).isTrue();
    assertThat(redis.hkeys(StoreLayout.user(ANN)))
        .containsExactlyInAnyOrder(
            StoreLayout.Fields.heads("sample", "b1"),
            StoreLayout.Fields.heads("sample", "b2"),
            bytes(StoreLayout.Fields.HEADS_AT));
  }

  @Test
  void headsExpireWithHistories() {
    HeadsWriter writer = writer(redis, Duration.ofDays(3));
    consumer.schedulePollTask(() -> assign(heads("b1")));
    consumer.schedulePollTask(writer::stop);
    writer.run();
    assertThat(redis.pttl(StoreLayout.heads(ANN, "sample", "b1")))
        .isBetween(Duration.ofDays(2).toMillis(), Duration.ofDays(3).toMillis());
    assertThat(redis.pttl(StoreLayout.user(ANN))).isEqualTo(-1);
  }

  @Test
  void headsThatExpiredStayAwayUntilTheyAreFittedAgain() {
    RedisHeads heads =
        new RedisHeads(
            new FencedHeads(redis, Duration.ofDays(3), List.of()),
            new RegistryDeserializer<>(registry, Topic.HEADS),
            () -> topicId);
    heads.apply(List.of(record(0, KEY, heads("b1", 3))));
    redis.del(StoreLayout.heads(ANN, "sample", "b1"));
    heads.apply(List.of(record(1, KEY, heads("b1", 3))));
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isFalse();
    heads.apply(List.of(record(2, KEY, heads("b1", 4))));
    assertThat(redis.exists(StoreLayout.heads(ANN, "sample", "b1"))).isTrue();
  }

  @Test
  void recordsThatAreNobodysAreSkipped() {
    HeadsWriter writer = writer(redis);
    consumer.schedulePollTask(
        () -> {
          assign();
          consumer.addRecord(record(0, null, heads("b1")));
          consumer.addRecord(record(1, null, null));
          consumer.addRecord(record(2, bytes("no colon"), null));
          consumer.addRecord(record(3, bytes("acme:bob"), heads("b1")));
          consumer.addRecord(record(4, KEY, new byte[] {0, 0, 0, 0, 99, 1}));
          consumer.addRecord(record(5, KEY, heads("b1")));
        });
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION).offset()).isEqualTo(6);
          writer.stop();
        });
    writer.run();
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
    assertThat(redis.dbSize()).isEqualTo(2);
  }

  @Test
  void aBrokerThatTakesNoCommitIsWaitedFor() {
    HeadsWriter writer = writer(redis);
    for (int minute = 0; minute < 11; minute++) {
      // Each one a minute of the client's own time.
      consumer.onCommit.add(new TimeoutException("Timeout of 60000ms expired"));
    }
    consumer.schedulePollTask(() -> assign(heads("b1")));
    for (int minute = 0; minute < 11; minute++) {
      consumer.schedulePollTask(() -> {});
    }
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION).offset()).isEqualTo(1);
          writer.stop();
        });
    writer.run();
    assertThat(consumer.onCommit).isEmpty();
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void offsetsAreCommittedTwiceASecondAtMost() {
    AtomicLong now = new AtomicLong();
    nanoTime = now::get;
    HeadsWriter writer = writer(redis);
    consumer.schedulePollTask(() -> assign(heads("b1")));
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.commits).isEqualTo(1);
          consumer.addRecord(record(1, KEY, heads("b1", 4)));
        });
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.commits).isEqualTo(1);
          now.addAndGet(Duration.ofMillis(500).toNanos());
        });
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION).offset()).isEqualTo(2);
          writer.stop();
        });
    writer.run();
    assertThat(consumer.commits).isEqualTo(2);
  }

  @Test
  void aBrokerThatRefusesUsIsWaitedFor() {
    HeadsWriter writer = writer(redis);
    consumer.onPoll.add(new SaslAuthenticationException("wrong password"));
    consumer.onPoll.add(new TopicAuthorizationException(Topic.HEADS.topicName()));
    consumer.schedulePollTask(() -> assign(heads("b1")));
    consumer.schedulePollTask(writer::stop);
    writer.run();
    assertThat(slept).hasSize(2);
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void headsWaitForABrokerThatDoesNotTellTheTopicsId() {
    Deque<KafkaException> failures =
        new ArrayDeque<>(List.of(new TimeoutException("away"), new TimeoutException("away")));
    RedisHeads heads =
        new RedisHeads(
            new FencedHeads(redis, Duration.ZERO, List.of()),
            new RegistryDeserializer<>(registry, Topic.HEADS),
            () -> {
              if (!failures.isEmpty()) {
                throw failures.pop();
              }
              return topicId;
            });
    HeadsWriter writer = new HeadsWriter(consumer, heads, slept::add, nanoTime);
    consumer.schedulePollTask(() -> assign(heads("b1")));
    consumer.schedulePollTask(() -> assertThat(consumer.paused()).containsExactly(PARTITION));
    consumer.schedulePollTask(() -> assertThat(consumer.paused()).containsExactly(PARTITION));
    consumer.schedulePollTask(() -> assertThat(consumer.paused()).isEmpty());
    consumer.schedulePollTask(writer::stop);
    writer.run();
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void aUserWhoseHashHoldsNonsenseStopsNobody() {
    redis.hset(StoreLayout.user(ANN), bytes(StoreLayout.Fields.HEADS_AT), bytes("nonsense"));
    redis.hset(StoreLayout.user(ANN), StoreLayout.Fields.heads("sample", "b0"), bytes("x:y"));
    run(heads("b1"));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void aServerThatForgotTheScriptIsSentItAgain() {
    run(heads("b1", 3));
    redis.scriptFlush();
    applyLate(1, heads("b1", 4, newer()));
    assertThat(redis.get(StoreLayout.heads(ANN, "sample", "b1"))).isEqualTo(newer());
  }

  private static LongSupplier secondBySecond() {
    AtomicLong now = new AtomicLong();
    return () -> now.addAndGet(Duration.ofSeconds(1).toNanos());
  }

  private static byte[] newer() {
    return HeadsCodec.encode(
        new Heads(4, 0, new Heads.Mixture(4, 2f, List.of()), Heads.Mixture.NONE));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] key, byte[] value) {
    return new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, key, value);
  }

  private static void start(RedisServer server) {
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assign(byte[]... values) {
    consumer.rebalance(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    for (int i = 0; i < values.length; i++) {
      consumer.addRecord(record(i, KEY, values[i]));
    }
  }
}
