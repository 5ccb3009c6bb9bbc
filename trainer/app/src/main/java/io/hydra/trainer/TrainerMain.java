package io.hydra.trainer;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.BaseFormatException;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.config.Durations;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.trainer.head.HeadsTopology;
import io.hydra.trainer.head.HeadsWriter;
import io.hydra.trainer.head.RedisHeads;
import io.hydra.trainer.head.RedisHistoryReader;
import io.hydra.trainer.head.Retry;
import io.hydra.trainer.head.TopicId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import redis.clients.jedis.UnifiedJedis;

/** Keeps every user's heads up to their history: head requests in, heads out, then into Redis. */
@Command(
    name = "trainer",
    mixinStandardHelpOptions = true,
    description = "Updates users' heads from their histories.")
public final class TrainerMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(TrainerMain.class);

  /** About a minute and a half with the pauses of {@link Retry}: below the poll interval. */
  private static final int REDIS_ATTEMPTS = 50;

  /** What the heads writer holds at most, beside what it polled before. */
  private static final int FETCH_BYTES = 8 * 1024 * 1024;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  /** Between the failure of a stream thread and its successor. */
  private static final Duration REPLACE_PAUSE = Duration.ofSeconds(1);

  @Option(
      names = "--bootstrap-servers",
      defaultValue = "${env:HYDRA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = "Kafka brokers; HYDRA_BOOTSTRAP_SERVERS. Default: ${DEFAULT-VALUE}.")
  private String bootstrapServers;

  @Option(
      names = "--schema-registry-url",
      defaultValue = "${env:HYDRA_SCHEMA_REGISTRY_URL:-http://127.0.0.1:8081}",
      description =
          "Confluent-compatible registry; HYDRA_SCHEMA_REGISTRY_URL. Default: ${DEFAULT-VALUE}.")
  private String schemaRegistryUrl;

  @Option(
      names = "--redis-url",
      defaultValue = "${env:HYDRA_REDIS_URL:-redis://127.0.0.1:6379}",
      description =
          "Redis, as redis://[[user]:password@]host:port[/db]; also redis-sentinel://hosts/primary,"
              + " redis-cluster://hosts, and rediss for TLS; HYDRA_REDIS_URL. Default:"
              + " redis://127.0.0.1:6379.")
  private RedisUrl redisUrl;

  @Option(
      names = "--base",
      required = true,
      defaultValue = "${env:HYDRA_BASE}",
      paramLabel = "DIR",
      description = "The base, as train-base wrote it; HYDRA_BASE.")
  private Path base;

  @Option(
      names = "--state-dir",
      defaultValue = "${env:HYDRA_TRAINER_STATE_DIR:-state}",
      paramLabel = "DIR",
      description =
          "Where the heads are kept between restarts; HYDRA_TRAINER_STATE_DIR. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path stateDir;

  @Option(
      names = "--commit-interval-ms",
      defaultValue = "${env:HYDRA_TRAINER_COMMIT_INTERVAL_MS:-50}",
      paramLabel = "MS",
      description =
          "How often a transaction is committed, since a head is visible only then;"
              + " HYDRA_TRAINER_COMMIT_INTERVAL_MS. Default: ${DEFAULT-VALUE}.")
  private int commitIntervalMs;

  @Option(
      names = "--history-ttl",
      defaultValue = "${env:HYDRA_HISTORY_TTL:-0ms}",
      description =
          "Heads that were not fitted again for this long are dropped from Redis: the time to live"
              + " of histories, as the stream processor has it; 0ms for never. HYDRA_HISTORY_TTL.")
  private Duration historyTtl;

  @Spec private CommandSpec spec;

  TrainerMain() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new TrainerMain())
        .registerConverter(RedisUrl.class, TrainerMain::redisUrl)
        .registerConverter(Duration.class, TrainerMain::duration);
  }

  private static RedisUrl redisUrl(String text) {
    try {
      return RedisUrl.parse(text);
    } catch (IllegalArgumentException e) {
      // Any other exception would have the whole text quoted, password and all.
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    try (PersonalModel model = PersonalModel.load(base);
        UnifiedJedis redis = RedisClients.open(redisUrl, RedisTimeouts.DEFAULT)) {
      model.warmUp();
      return run(model, redis);
    } catch (BaseFormatException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 1;
    }
  }

  private int run(PersonalModel model, UnifiedJedis redis) throws InterruptedException {
    SchemaRegistryClient registry = RegistryClients.open(schemaRegistryUrl);
    Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    Retry retry = new Retry(REDIS_ATTEMPTS, new SecureRandom(), d -> Thread.sleep(d.toMillis()));
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicInteger exitCode = new AtomicInteger();
    HeadsWriter writer =
        new HeadsWriter(
            headsConsumer(),
            new RedisHeads(
                redis,
                new RegistryDeserializer<>(registry, Topic.HEADS),
                new TopicId(admin, Topic.HEADS),
                historyTtl,
                model.tasks().ids(),
                model.baseVersion()),
            Sleeper.THREAD);
    Thread writerThread = new Thread(writer, "heads-writer");
    writerThread.setUncaughtExceptionHandler(
        (thread, e) -> {
          log.error("heads writer failed", e);
          exitCode.set(1);
          stopped.countDown();
        });
    KafkaStreams streams =
        new KafkaStreams(
            HeadsTopology.build(model, new RedisHistoryReader(redis, retry), registry, retry),
            streamsConfig());
    streams.setUncaughtExceptionHandler(
        e -> {
          // The transaction was aborted: a fresh thread reads the same requests again.
          log.error("a stream thread failed and is replaced", e);
          LockSupport.parkNanos(REPLACE_PAUSE.toNanos());
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop(streams);
                  writer.stop();
                  stopped.countDown();
                },
                "shutdown"));
    writerThread.start();
    streams.start();
    log.info("ready: base {}", model.baseVersion());
    stopped.await();
    stop(streams);
    writerThread.join(STOP_TIMEOUT.toMillis());
    admin.close(STOP_TIMEOUT);
    return exitCode.get();
  }

  /** Members that only fall silent would hold their partitions for a while. */
  private static void stop(KafkaStreams streams) {
    boolean unused =
        streams.close(
            CloseOptions.timeout(STOP_TIMEOUT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  private Properties streamsConfig() {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, ConsumerGroups.TRAINER);
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
    // A commit waits for the poll before it to return.
    config.put(StreamsConfig.POLL_MS_CONFIG, commitIntervalMs / 2);
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // A killed trainer's partitions are free again after this long.
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
    return config;
  }

  private KafkaConsumer<byte[], byte[]> headsConsumer() {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerGroups.HEADS_WRITER,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            FETCH_BYTES,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            10_000,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            2_000),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
