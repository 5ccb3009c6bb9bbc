package io.hydra.infra.bench.ceiling;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.bench.ceiling.Engines.BareConsumer;
import io.hydra.infra.bench.ceiling.Engines.Engine;
import io.hydra.infra.bench.ceiling.Engines.Rebuild;
import io.hydra.infra.bench.ceiling.Engines.RedisAlone;
import io.hydra.infra.output.Json;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.rebuild.EventLog;
import io.hydra.stream.rebuild.KafkaEventLog;
import io.hydra.stream.rebuild.RebuildMain;
import io.hydra.stream.writer.BatchSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import redis.clients.jedis.RedisClient;

/**
 * Measures what bounds the job, one bound for each run. Writes to the Redis that it is given, as
 * the job would: never point it to one that is in use.
 */
@Command(name = "ceiling", mixinStandardHelpOptions = true, sortOptions = false, hidden = true)
public final class CeilingCommand {
  @Option(names = "--redis-url", required = true, defaultValue = "${env:HYDRA_REDIS_URL}")
  private URI redisUrl;

  @Option(names = "--capacity", defaultValue = "50", description = "Most events of a history.")
  private int capacity;

  @Option(
      names = "--out",
      required = true,
      description = "Gets events, perSecond and cpuMicros of an event, as JSON.")
  private Path out;

  private CeilingCommand() {}

  @Command(name = "redis", description = "Writes made beforehand, without Kafka and decoding.")
  int redis(
      @Option(names = "--writers", defaultValue = "1") int writers,
      @Option(names = "--users", required = true) int users,
      @Option(names = "--events", required = true) long events,
      @Option(names = "--text-bytes", required = true) int textBytes,
      @Option(names = "--seed", required = true) long seed,
      @Option(names = "--old-way", description = "As a script in Redis once decided.")
          boolean oldWay)
      throws Exception {
    var batches =
        RedisAlone.batches(users, textBytes, seed, writers, events, BatchSettings.DEFAULT.size());
    Supplier<HistoryStore> old = () -> new OldWay(RedisClient.create(redisUrl), capacity);
    return measure(new RedisAlone(oldWay ? old : this::store, batches), events);
  }

  @Command(
      name = "consumer",
      description = "The whole topic of events, decoded and written, without Flink.")
  int consumer(@Mixin Cluster cluster) throws Exception {
    try (HistoryStore store = store();
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topic.EVENTS.topicName()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      EventIntake intake = intakes(cluster).get();
      return measure(
          new BareConsumer(consumer, intake, store, BatchSettings.DEFAULT.size()),
          sum(consumer.endOffsets(partitions)));
    }
  }

  @Command(
      name = "rebuild",
      description = "The whole topic of events, as a rebuild reads and writes it.")
  int rebuild(@Mixin Cluster cluster) throws Exception {
    try (EventLog log =
        new KafkaEventLog(
            KafkaConnection.open(cluster.bootstrapServers, cluster.schemaRegistryUrl))) {
      log.seek(log.beginnings());
      return measure(
          new Rebuild(log, intakes(cluster), this::store, RebuildMain.DEFAULT_WRITERS),
          sum(log.ends()));
    }
  }

  /** The source of the events. */
  static final class Cluster {
    @Option(names = "--bootstrap-servers", required = true)
    private String bootstrapServers;

    @Option(names = "--schema-registry-url", required = true)
    private String schemaRegistryUrl;
  }

  private static long sum(Map<?, Long> ends) {
    return ends.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Supplier<EventIntake> intakes(Cluster cluster) {
    SchemaRegistryClient registry = RegistryClients.open(cluster.schemaRegistryUrl);
    return () -> new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS));
  }

  private HistoryStore store() {
    return RedisHistoryStore.of(
        RedisClient.create(redisUrl),
        View.ORIGINAL,
        new HistoryLimits(capacity, Duration.ZERO, Duration.ZERO));
  }

  private int measure(Engine engine, long events) throws Exception {
    SteadyRate written = new SteadyRate(events, System::nanoTime, CeilingCommand::cpuNanos);
    engine.run(written);
    Json.writeAtomically(
        out.toAbsolutePath(),
        Map.of(
            "events", written.events(),
            "perSecond", written.perSecond(),
            "cpuMicros", written.cpuMicros()));
    return CommandLine.ExitCode.OK;
  }

  /** Of this process. */
  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }
}
