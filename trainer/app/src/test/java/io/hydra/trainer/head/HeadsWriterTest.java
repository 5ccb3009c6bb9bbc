package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.UserFields;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisServer;

class HeadsWriterTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topic.HEADS.topicName(), 0);
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static final byte[] HEAD =
      HeadsCodec.encode(new Heads(3, new Heads.Mixture(3, 1f, List.of()), Heads.Mixture.NONE));
  private static RedisServer server;
  private static RedisClient redis;

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

  @BeforeAll
  static void startRedis() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    server = RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
    server.start();
    redis = RedisClient.create(URI.create("redis://127.0.0.1:" + port));
  }

  @AfterAll
  static void stopRedis() throws IOException {
    redis.close();
    server.stop();
  }

  @BeforeEach
  void startAnew() {
    redis.flushAll();
    SchemaRegistrar.registerAll(registry);
  }

  private byte[] heads(String base) {
    UserHeads heads =
        UserHeads.newBuilder()
            .setTenant(ANN.tenant())
            .setUserId(ANN.userId())
            .setTasks(
                List.of(
                    TaskHeads.newBuilder()
                        .setTask("sample")
                        .setBaseVersion(base)
                        .setHistoryVersion(3)
                        .setUpdatedAt(Instant.EPOCH)
                        .setHeads(ByteBuffer.wrap(HEAD))
                        .build()))
            .build();
    return new RegistrySerializer<UserHeads>(registry, Topic.HEADS).serialize(null, heads);
  }

  private void run(byte[]... values) {
    HeadsWriter writer =
        new HeadsWriter(
            consumer,
            new RegistryDeserializer<>(registry, Topic.HEADS),
            redis,
            Set.of("sample"),
            "b1");
    consumer.schedulePollTask(() -> assign(values));
    // The third poll finds the commit of the records' positions done.
    consumer.schedulePollTask(() -> {});
    consumer.schedulePollTask(writer::stop);
    writer.run();
  }

  @Test
  void headsReachRedis() {
    run(heads("b1"));
    assertThat(redis.get(RedisKeys.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void aTombstoneForgetsThem() {
    run(heads("b1"), null);
    assertThat(redis.get(RedisKeys.heads(ANN, "sample", "b1"))).isNull();
  }

  @Test
  void theUsersHashNamesTheHeads() {
    run(heads("b1"));
    assertThat(redis.hexists(RedisKeys.user(ANN), UserFields.heads("sample", "b1"))).isTrue();
  }

  @Test
  void aTombstoneForgetsHeadsOfEveryBaseAndNothingElse() {
    redis.hset(RedisKeys.user(ANN), UserFields.erased(), new byte[] {'7'});
    redis.hset(RedisKeys.user(ANN), UserFields.task("sample"), new byte[0]);
    run(heads("b0"), heads("b1"), null);
    assertThat(redis.exists(RedisKeys.heads(ANN, "sample", "b0"))).isFalse();
    assertThat(redis.exists(RedisKeys.heads(ANN, "sample", "b1"))).isFalse();
    assertThat(redis.hkeys(RedisKeys.user(ANN)))
        .containsExactlyInAnyOrder(UserFields.erased(), UserFields.task("sample"));
  }

  @Test
  void headsThatNoHashNamesAreForgottenToo() {
    redis.set(RedisKeys.heads(ANN, "sample", "b1"), HEAD);
    run((byte[]) null);
    assertThat(redis.exists(RedisKeys.heads(ANN, "sample", "b1"))).isFalse();
  }

  @Test
  void headsAfterATombstoneStand() {
    run(heads("b0"), null, heads("b2"));
    assertThat(redis.exists(RedisKeys.heads(ANN, "sample", "b0"))).isFalse();
    assertThat(redis.get(RedisKeys.heads(ANN, "sample", "b2"))).isEqualTo(HEAD);
    assertThat(redis.hkeys(RedisKeys.user(ANN))).containsExactly(UserFields.heads("sample", "b2"));
  }

  @Test
  void anUnreadableHeadIsSkipped() {
    run(new byte[] {5, 5, 5}, heads("b2"));
    assertThat(redis.get(RedisKeys.heads(ANN, "sample", "b2"))).isEqualTo(HEAD);
  }

  @Test
  void aUserWhoseKeyIsOfAnotherTypeStopsNobody() {
    redis.set(RedisKeys.user(ANN), new byte[] {1});
    HeadsWriter writer =
        new HeadsWriter(
            consumer, new RegistryDeserializer<>(registry, Topic.HEADS), redis, Set.of(), "b1");
    consumer.schedulePollTask(() -> assign(heads("b0"), null, heads("b1")));
    consumer.schedulePollTask(
        () -> {
          assertThat(consumer.paused()).isEmpty();
          assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION).offset()).isEqualTo(3);
          writer.stop();
        });
    writer.run();
    assertThat(redis.get(RedisKeys.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
  }

  @Test
  void headsWaitForARedisThatIsAway() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    RedisServer late = RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
    try (RedisClient client = RedisClient.create(URI.create("redis://127.0.0.1:" + port))) {
      HeadsWriter writer =
          new HeadsWriter(
              consumer,
              new RegistryDeserializer<>(registry, Topic.HEADS),
              client,
              Set.of("sample"),
              "b1");
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
      assertThat(client.get(RedisKeys.heads(ANN, "sample", "b1"))).isEqualTo(HEAD);
    } finally {
      late.stop();
    }
  }

  @Test
  void headsWaitForARedisThatRefusesThem() {
    HeadsWriter writer =
        new HeadsWriter(
            consumer, new RegistryDeserializer<>(registry, Topic.HEADS), redis, Set.of(), "b1");
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
    assertThat(redis.get(RedisKeys.heads(ANN, "sample", "refused"))).isEqualTo(HEAD);
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
      consumer.addRecord(
          new ConsumerRecord<>(
              PARTITION.topic(),
              0,
              i,
              ANN.asRecordKey().getBytes(StandardCharsets.UTF_8),
              values[i]));
    }
  }
}
