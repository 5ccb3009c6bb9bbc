package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.model.PersonalModel;
import io.hydra.model.VerdictWeights;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.EvidenceRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Redis and the registry are away for eleven minutes of the trainer's own time. */
class OutageTest {
  private static final Duration OUTAGE = Duration.ofMinutes(11);
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static PersonalModel model;
  @AutoClose private static final EmbeddedRedis server = new EmbeddedRedis();

  @TempDir private Path stateDir;
  private Duration elapsed = Duration.ZERO;
  private Runnable mend = () -> {};
  private final Dependencies dependencies =
      new Dependencies(
          Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5)),
          pause -> {
            elapsed = elapsed.plus(pause);
            if (!isAway()) {
              mend.run();
            }
          });
  private final Logger logger = (Logger) LoggerFactory.getLogger(Outage.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final AwayRegistry registry = new AwayRegistry();
  private boolean registryGoesAway;
  private JedisException redisFailure;
  private AwayRedis redis;

  @BeforeAll
  static void train() throws IOException {
    model = HeadsTopologyTest.trainedModel();
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  @BeforeEach
  void start() {
    redis = new AwayRedis();
    redis.flushAll();
    for (HistoryItem item : HeadsTopologyTest.reviews(3, "good", "4")) {
      redis.hset(
          StoreLayout.history(View.ORIGINAL, ANN, "LaMP_3"),
          History.field(item.eventId()),
          HistoryItemCodec.encode(item));
    }
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    redis.close();
  }

  private final class AwayRedis extends UnifiedJedis {
    AwayRedis() {
      super(
          new PooledConnectionProvider(
              new HostAndPort(server.url().getHost(), server.url().getPort())),
          RedisProtocol.RESP2);
    }

    @Override
    public AbstractPipeline pipelined() {
      if (redisFailure != null && isAway()) {
        throw redisFailure;
      }
      return super.pipelined();
    }
  }

  private final class AwayRegistry extends MockSchemaRegistryClient {
    @Override
    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      if (registryGoesAway && isAway()) {
        throw new IOException("Connection refused");
      }
      return super.getSchemaById(id);
    }
  }

  private boolean isAway() {
    return elapsed.compareTo(OUTAGE) < 0;
  }

  /** One request, answered in spite of all. */
  private void oneHeadIsFitted() {
    SchemaRegistrar.registerAll(registry);
    Bases bases = new Bases(List.of(model));
    HistoryReader histories =
        HistoryReader.of(
            new ReadAhead(redis, bases, 1 << 20, () -> null), dependencies, bases, change -> {});
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            HeadsTopology.build(
                bases,
                new EvidenceRules(model.tasks(), VerdictWeights.DEFAULT, Duration.ofDays(7)),
                TrainerDriver.MEMORY_BYTES,
                histories,
                registry,
                dependencies,
                new RefusedLetters.Limit(),
                new TrainerMetrics(new Metrics())),
            config)) {
      TestOutputTopic<byte[], byte[]> heads = output(driver, Topic.HEADS);
      TestOutputTopic<byte[], byte[]> letters = output(driver, Topic.HEAD_REQUESTS_DLQ);
      driver
          .createInputTopic(
              Topic.HEAD_REQUESTS.topicName(), new ByteArraySerializer(), new ByteArraySerializer())
          .pipeInput("acme:ann".getBytes(StandardCharsets.UTF_8), request());
      assertThat(heads.readRecordsToList()).hasSize(1);
      assertThat(letters.isEmpty()).isTrue();
    }
    assertThat(elapsed).isGreaterThanOrEqualTo(OUTAGE);
  }

  private byte[] request() {
    return new RegistrySerializer<HeadUpdateRequest>(registry, Topic.HEAD_REQUESTS)
        .serialize(
            null,
            HeadUpdateRequest.newBuilder()
                .setTenant("acme")
                .setUserId("ann")
                .setTask("LaMP_3")
                .setHistoryVersion(3)
                .setReason(TriggerReason.COUNT)
                .setRequestedAt(Instant.EPOCH)
                .build());
  }

  private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, Topic topic) {
    return driver.createOutputTopic(
        topic.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Test
  void aRequestWaitsForRedis() {
    redisFailure = new JedisConnectionException("Connection refused");
    oneHeadIsFitted();
  }

  @Test
  void aRequestWaitsForARedisThatRefusesThePassword() {
    redisFailure = new JedisAccessControlException("WRONGPASS invalid password");
    oneHeadIsFitted();
  }

  @Test
  void whatRedisRepliesIsNotLogged() {
    redisFailure = new JedisDataException("TRYAGAIN for the key h:{acme:ann}");
    oneHeadIsFitted();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.endsWith("Redis refuses (TRYAGAIN)"))
        .noneMatch(line -> line.contains("ann"));
  }

  @Test
  void aRequestWaitsForThePointerToTheCurrentViewToNameOne() {
    redis.set(StoreLayout.currentView(), new byte[] {'a', ' ', 'b'});
    mend = () -> redis.del(StoreLayout.currentView());
    oneHeadIsFitted();
  }

  @Test
  void aRequestWaitsForThePointerToTheCurrentViewToBeAString() {
    redis.lpush(StoreLayout.currentView(), new byte[] {'2'});
    mend = () -> redis.del(StoreLayout.currentView());
    oneHeadIsFitted();
  }

  @Test
  void aRequestWaitsForTheRegistry() {
    registryGoesAway = true;
    oneHeadIsFitted();
  }
}
