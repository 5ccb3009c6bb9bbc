package io.hydra.trainer;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.service.Service;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.client.RedisEviction;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.store.FencedHeads;
import io.hydra.schemas.store.VectorWriter;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.trainer.evidence.EvidenceRules;
import io.hydra.trainer.head.Bases;
import io.hydra.trainer.head.Dependencies;
import io.hydra.trainer.head.HeadsTopology;
import io.hydra.trainer.head.HeadsWriter;
import io.hydra.trainer.head.HistoryReader;
import io.hydra.trainer.head.ReadAhead;
import io.hydra.trainer.head.RedisHeads;
import io.hydra.trainer.head.RefusedLetters;
import io.hydra.trainer.head.StartCheck;
import io.hydra.trainer.head.StartCheck.AdminTopics;
import io.hydra.trainer.head.ThreadReplacement;
import io.hydra.trainer.head.TrainerMetrics;
import io.hydra.trainer.head.VectorKeeper;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;

/**
 * One running trainer: the start check, the streams that fit heads, the writer to Redis.
 *
 * @param bases closed by {@link #run} once nothing uses it
 * @param threads that fit heads; no more are started than there are partitions
 */
record Trainer(
    Bases bases,
    KafkaConnection kafka,
    UnifiedJedis redis,
    Duration historyTtl,
    Duration verdictWindow,
    Path stateDir,
    int threads,
    int commitIntervalMs) {
  private static final Logger log = LoggerFactory.getLogger(Trainer.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  /** A killed trainer's partitions are free again after this long. */
  private static final int SESSION_TIMEOUT_MILLIS = 10_000;

  private static final int HEARTBEAT_MILLIS = 2_000;

  /**
   * A record's transaction stays open while it waits for Redis or the registry. Whoever waits
   * longer is fenced and has to restore its state; but so long, too, the partitions of one that is
   * gone for good, with its state directory, wait for its transaction to end.
   */
  private static final int TRANSACTION_TIMEOUT_MILLIS = (int) Duration.ofMinutes(1).toMillis();

  /** On a head's way to Redis, for others that were requested with it; 100 ms by default. */
  private static final int LINGER_MILLIS = 10;

  /** A transaction's first records are refused while the end of the one before is being written. */
  private static final int RETRY_BACKOFF_MILLIS = 20;

  /** Longer than most outages: a member that is silent longer loses its partitions. */
  private static final int MAX_POLL_INTERVAL_MILLIS = (int) Duration.ofMinutes(30).toMillis();

  /** Of the heap, for evidence that was read: in equal parts, should all partitions be here. */
  private static final int EVIDENCE_SHARE = 8;

  /**
   * Of the heap, for histories that were read ahead, in equal parts for the threads. While they are
   * being decoded they take up to three times as much.
   */
  private static final int READ_AHEAD_SHARE = 32;

  /** The most that one poll of the heads writer, or of a stream thread, brings. */
  private static final int FETCH_BYTES = 4 * 1024 * 1024;

  /**
   * A fetch leaves out the partitions whose last records are not all polled yet, and the next one
   * waits for it: on a broker with nothing for the others, by default for half a second.
   */
  private static final int FETCH_MAX_WAIT_MILLIS = 50;

  /**
   * Of one partition, before it is paused. Requests are small, but whoever may write them may write
   * records of a megabyte, and a thousand of those, as by default, would not fit in memory.
   */
  private static final int BUFFERED_RECORDS = 32;

  /**
   * Waits for what is not there yet, then runs until the process is told to stop.
   *
   * @throws UserException if topics or Redis are set up so that erasures would not hold
   */
  void run(Service service) throws InterruptedException {
    AtomicBoolean streamsClosed = new AtomicBoolean(true);
    service.onClose(() -> closeUnused(streamsClosed.get(), bases));
    Backoff backoff = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10));
    Admin admin =
        service.own(
            StartCheck.connect(() -> Admin.create(kafka.with(Map.of())), backoff, Sleeper.THREAD));
    AdminTopics topics = new AdminTopics(admin);
    SchemaRegistryClient registry = kafka.openRegistry();
    int partitions =
        new StartCheck(
                topics,
                () -> lookUpSchemas(registry),
                () -> RedisEviction.requireNone(redis),
                backoff,
                Sleeper.THREAD)
            .run();
    TrainerMetrics metrics = new TrainerMetrics(service.metrics());
    startWriter(topics, registry, metrics, service);
    VectorKeeper keeper = startKeeper(metrics, service);
    KafkaStreams streams =
        startStreams(registry, metrics, keeper, service, streamsClosed, partitions);
    service
        .health()
        .require("streams do not run", () -> streams.state() == KafkaStreams.State.RUNNING);
    log.info("ready: base {}", String.join(" and base ", bases.versions()));
    service.ready();
    service.awaitStop();
  }

  /** Also puts the schemas' ids into the client's cache, which the stream threads use. */
  private static void lookUpSchemas(SchemaRegistryClient registry) {
    byte[] heads =
        new RegistrySerializer<UserHeads>(registry, Topic.HEADS)
            .serialize(null, new UserHeads("any", "any", List.of()));
    byte[] outcome =
        new RegistrySerializer<VerdictOutcome>(registry, Topic.VERDICT_OUTCOMES)
            .serialize(
                null,
                new VerdictOutcome(
                    "any", "any", "", "", Outcome.UNKNOWN, null, Instant.EPOCH, null));
  }

  private void startWriter(
      AdminTopics topics, SchemaRegistryClient registry, TrainerMetrics metrics, Service service) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consumerConfig(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    service.metrics().bind(new KafkaClientMetrics(consumer));
    RedisHeads heads =
        new RedisHeads(
            new FencedHeads(redis, historyTtl, bases.headNames()),
            new RegistryDeserializer<>(registry, Topic.HEADS),
            () -> topics.id(Topic.HEADS));
    metrics.watch(heads);
    HeadsWriter writer = new HeadsWriter(consumer, heads, Sleeper.THREAD, System::nanoTime);
    Thread thread = start("heads-writer", writer, service);
    service.onClose(
        () -> {
          writer.stop();
          thread.join(STOP_TIMEOUT.toMillis());
        });
    service.health().require("the heads writer does not run", thread::isAlive);
    service.health().require("the heads writer has not joined its group yet", writer::hasJoined);
  }

  private VectorKeeper startKeeper(TrainerMetrics metrics, Service service) {
    VectorKeeper keeper = new VectorKeeper(new VectorWriter(redis, historyTtl));
    metrics.watch(keeper);
    service.onClose(start("vector-keeper", keeper, service)::interrupt);
    return keeper;
  }

  /** A thread without which the process cannot go on. */
  private static Thread start(String name, Runnable action, Service service) {
    Thread thread = Threads.daemon(name, action);
    thread.setUncaughtExceptionHandler(
        (failed, e) -> {
          log.error("{} failed", name, e);
          service.fail();
        });
    thread.start();
    return thread;
  }

  private KafkaStreams startStreams(
      SchemaRegistryClient registry,
      TrainerMetrics metrics,
      VectorKeeper keeper,
      Service service,
      AtomicBoolean closed,
      int partitions) {
    Dependencies dependencies = Dependencies.endless();
    RefusedLetters.Limit letterLimit = new RefusedLetters.Limit();
    int started = Math.min(threads, partitions);
    ReadAhead ahead =
        new ReadAhead(
            redis,
            bases,
            Runtime.getRuntime().maxMemory() / READ_AHEAD_SHARE / started,
            () -> new RegistryDeserializer<>(registry, Topic.HEAD_REQUESTS));
    KafkaStreams streams =
        new KafkaStreams(
            HeadsTopology.build(
                bases,
                new EvidenceRules(bases.tasks(), bases.first().verdictWeights(), verdictWindow),
                Runtime.getRuntime().maxMemory() / EVIDENCE_SHARE / partitions,
                HistoryReader.of(ahead, dependencies, bases, keeper::keep),
                registry,
                dependencies,
                letterLimit,
                metrics),
            streamsConfig(letterLimit, ahead, started));
    streams.setUncaughtExceptionHandler(
        new ThreadReplacement(
            Backoff.between(Duration.ofSeconds(1), Duration.ofSeconds(30)),
            Sleeper.THREAD,
            System::nanoTime));
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR) {
            service.fail();
          }
        });
    service.metrics().bind(new KafkaStreamsMetrics(streams));
    service.onClose(() -> closed.set(stop(streams)));
    streams.start();
    return streams;
  }

  /** Members that only fall silent would hold their partitions for a while. */
  private static boolean stop(KafkaStreams streams) {
    return streams.close(
        CloseOptions.timeout(STOP_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  /** A fit that goes on after the timeout would take a closed model for a broken one. */
  static void closeUnused(boolean streamsClosed, Bases bases) {
    if (streamsClosed) {
      bases.close();
    }
  }

  private Properties streamsConfig(RefusedLetters.Limit letterLimit, ReadAhead ahead, int started) {
    Map<String, Object> config = new HashMap<>();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, ConsumerGroups.TRAINER);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, started);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
    // A commit waits for the poll before it to return.
    config.put(StreamsConfig.POLL_MS_CONFIG, commitIntervalMs / 2);
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, RefusedLetters.class);
    config.put(RefusedLetters.LIMIT, letterLimit);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        Topic.MAX_DEAD_LETTER_BYTES);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MILLIS);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_BACKOFF_MILLIS);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        TRANSACTION_TIMEOUT_MILLIS);
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
    member().forEach((key, value) -> config.put(StreamsConfig.consumerPrefix(key), value));
    config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCH_BYTES);
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), BUFFERED_RECORDS);
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        ReadAhead.Interceptor.class.getName());
    config.put(StreamsConfig.mainConsumerPrefix(ReadAhead.CONFIG), ahead);
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
        MAX_POLL_INTERVAL_MILLIS);
    return kafka.propertiesWith(config);
  }

  private Map<String, Object> consumerConfig() {
    Map<String, Object> config = member();
    config.put(ConsumerConfig.GROUP_ID_CONFIG, ConsumerGroups.HEADS_WRITER);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    return kafka.with(config);
  }

  private static Map<String, Object> member() {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MAX_WAIT_MILLIS);
    return config;
  }
}
