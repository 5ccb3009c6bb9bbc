package io.hydra.trainer.head;

import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;

/**
 * Copies committed heads into Redis. Exactly-once processing ends at Kafka; from there on the same
 * record written twice is the same value, so offsets are committed after the write.
 */
public final class HeadsWriter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(HeadsWriter.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final RegistryDeserializer<UserHeads> deserializer;
  private final UnifiedJedis redis;
  private final Retry retry;
  private final Set<String> tasks;
  private final String baseVersion;
  private final Map<TopicPartition, Long> committed = new HashMap<>();

  /**
   * @param consumer reads committed records only, commits nothing by itself; closed by {@link #run}
   * @param tasks whose heads a tombstone deletes
   * @param baseVersion whose heads a tombstone deletes
   */
  public HeadsWriter(
      Consumer<byte[], byte[]> consumer,
      RegistryDeserializer<UserHeads> deserializer,
      UnifiedJedis redis,
      Retry retry,
      Set<String> tasks,
      String baseVersion) {
    this.consumer = consumer;
    this.deserializer = deserializer;
    this.redis = redis;
    this.retry = retry;
    this.tasks = Set.copyOf(tasks);
    this.baseVersion = baseVersion;
  }

  /** Runs until {@link #stop}. */
  @Override
  public void run() {
    try (consumer) {
      consumer.subscribe(List.of(Topic.HEADS.topicName()), new Forget());
      while (true) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          retry.call("writing heads", () -> write(records));
        }
        commitPositions();
      }
    } catch (WakeupException e) {
      log.info("heads writer stopped");
    }
  }

  /** Ends {@link #run}, from any thread. */
  public void stop() {
    consumer.wakeup();
  }

  private boolean write(ConsumerRecords<byte[], byte[]> records) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        write(pipeline, record);
      }
      pipeline.sync();
    }
    return true;
  }

  private void write(AbstractPipeline pipeline, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      UserKey user = UserKey.parse(new String(record.key(), StandardCharsets.UTF_8));
      tasks.forEach(task -> pipeline.del(RedisKeys.heads(user, task, baseVersion)));
      return;
    }
    try {
      UserHeads heads = deserializer.deserialize(record.value());
      UserKey user = new UserKey(heads.getTenant(), heads.getUserId());
      for (TaskHeads row : heads.getTasks()) {
        pipeline.set(
            RedisKeys.heads(user, row.getTask(), row.getBaseVersion()), bytes(row.getHeads()));
      }
    } catch (UndecodableRecordException e) {
      // Only the trainer writes here; a head that cannot be read is fitted again at the next event.
      log.error(
          "skipped a head at {}-{}@{}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  /**
   * Commits where the consumer stands rather than behind the last record: a transaction's marker
   * takes up an offset as well, and would show as lag for ever.
   */
  private void commitPositions() {
    Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      long position = consumer.position(partition);
      Long last = committed.put(partition, position);
      if (last == null || last != position) {
        moved.put(partition, new OffsetAndMetadata(position));
      }
    }
    if (!moved.isEmpty()) {
      consumer.commitSync(moved);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private final class Forget
      implements org.apache.kafka.clients.consumer.ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(committed::remove);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(committed::remove);
    }
  }
}
