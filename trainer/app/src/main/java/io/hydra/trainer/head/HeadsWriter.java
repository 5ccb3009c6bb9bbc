package io.hydra.trainer.head;

import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Copies committed heads into Redis. Exactly-once processing ends at Kafka; from there on the same
 * record written twice is the same value, so offsets are committed after the write.
 */
public final class HeadsWriter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(HeadsWriter.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final RegistryDeserializer<UserHeads> deserializer;
  private final UnifiedJedis redis;
  private final Set<String> tasks;
  private final String baseVersion;
  private final Map<TopicPartition, Long> committed = new HashMap<>();

  /** Polled and not yet written. While there are any, the partitions are paused. */
  private final List<ConsumerRecord<byte[], byte[]>> pending = new ArrayList<>();

  private boolean away;

  /**
   * @param consumer reads committed records only, commits nothing by itself; closed by {@link #run}
   * @param tasks whose heads a tombstone deletes
   * @param baseVersion whose heads a tombstone deletes
   */
  public HeadsWriter(
      Consumer<byte[], byte[]> consumer,
      RegistryDeserializer<UserHeads> deserializer,
      UnifiedJedis redis,
      Set<String> tasks,
      String baseVersion) {
    this.consumer = consumer;
    this.deserializer = deserializer;
    this.redis = redis;
    this.tasks = Set.copyOf(tasks);
    this.baseVersion = baseVersion;
  }

  /** Runs until {@link #stop}, however long Redis or the registry is away. */
  @Override
  public void run() {
    try (consumer) {
      consumer.subscribe(List.of(Topic.HEADS.topicName()), new Forget());
      while (true) {
        // Polling goes on while Redis is away: it is the pause between attempts, and keeps the
        // partitions ours.
        consumer.poll(away ? PAUSE : POLL).forEach(pending::add);
        if (pending.isEmpty()) {
          // A revoked partition may have taken the last of them with it.
          consumer.resume(consumer.paused());
          commitPositions();
        } else if (written()) {
          commitPositions();
        }
      }
    } catch (WakeupException e) {
      log.info("heads writer stopped");
    }
  }

  /** Ends {@link #run}, from any thread. */
  public void stop() {
    consumer.wakeup();
  }

  private boolean written() {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (ConsumerRecord<byte[], byte[]> record : pending) {
        write(pipeline, record);
      }
      pipeline.sync();
    } catch (JedisException | RegistryUnavailableException e) {
      if (!away) {
        log.warn("heads cannot be written ({}), trying again", e.getClass().getSimpleName());
        away = true;
      }
      consumer.pause(consumer.assignment());
      return false;
    }
    if (away) {
      log.info("heads are written again");
      away = false;
    }
    consumer.resume(consumer.paused());
    pending.clear();
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
      try {
        consumer.commitSync(moved);
      } catch (CommitFailedException | RebalanceInProgressException e) {
        // Whoever has the partitions now writes the same heads once more.
        log.info("offsets not committed: {}", e.getClass().getSimpleName());
        committed.clear();
      }
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private final class Forget implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(committed::remove);
      pending.removeIf(r -> partitions.contains(new TopicPartition(r.topic(), r.partition())));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(committed::remove);
    }
  }
}
