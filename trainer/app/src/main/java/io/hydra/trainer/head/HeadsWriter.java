package io.hydra.trainer.head;

import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.UserFields;
import io.hydra.schemas.redis.client.RedisFault;
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
import java.util.Optional;
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
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Copies committed heads into Redis, and remembers with the user which there are, so that an
 * erasure finds them. Exactly-once processing ends at Kafka; from there on the same record written
 * twice is the same value, so offsets are committed after the write.
 *
 * <p>A user's records are written in their order: heads that were fitted before an erasure precede
 * its tombstone. So a replay from the beginning may bring them back for a moment, until the
 * tombstone is reached again, and never beyond it.
 *
 * <p>A user whose key is of another type stops nobody else: the heads are written, and not named.
 */
public final class HeadsWriter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(HeadsWriter.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final byte[] NO_VALUE = {};

  private final Consumer<byte[], byte[]> consumer;
  private final RegistryDeserializer<UserHeads> deserializer;
  private final UnifiedJedis redis;
  private final Set<String> tasks;
  private final String baseVersion;
  private final Map<TopicPartition, Long> committed = new HashMap<>();

  /** Polled and not yet written. While there are any, the partitions are paused. */
  private final List<ConsumerRecord<byte[], byte[]>> pending = new ArrayList<>();

  private boolean away;

  /** A command's reply, and the record that asked for it. */
  private record Reply(ConsumerRecord<byte[], byte[]> record, Response<?> response) {}

  /**
   * @param consumer reads committed records only, commits nothing by itself; closed by {@link #run}
   * @param tasks whose heads for {@code baseVersion} a tombstone deletes also if the user's hash
   *     does not name them, as before that was written
   * @param baseVersion the trainer's own
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
      List<Reply> replies = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : pending) {
        write(pipeline, record, replies);
      }
      pipeline.sync();
      // Throws what Redis refused, as a server that is no primary any more refuses every write.
      replies.forEach(reply -> answer(reply.record(), reply.response()));
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

  private void write(
      AbstractPipeline pipeline, ConsumerRecord<byte[], byte[]> record, List<Reply> replies) {
    if (record.value() == null) {
      forget(pipeline, record, replies);
      return;
    }
    try {
      UserHeads heads = deserializer.deserialize(record.value());
      UserKey user = new UserKey(heads.getTenant(), heads.getUserId());
      for (TaskHeads row : heads.getTasks()) {
        replies.add(
            new Reply(
                record,
                pipeline.set(
                    RedisKeys.heads(user, row.getTask(), row.getBaseVersion()),
                    bytes(row.getHeads()))));
        // After the heads: an erasure in between leaves a name without heads, not the reverse.
        replies.add(
            new Reply(
                record,
                pipeline.hset(
                    RedisKeys.user(user),
                    UserFields.heads(row.getTask(), row.getBaseVersion()),
                    NO_VALUE)));
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

  private void forget(
      AbstractPipeline pipeline, ConsumerRecord<byte[], byte[]> record, List<Reply> replies) {
    UserKey user = UserKey.parse(new String(record.key(), StandardCharsets.UTF_8));
    Response<Set<byte[]>> fields = pipeline.hkeys(RedisKeys.user(user));
    // Sends what precedes the tombstone in the batch as well, so that the names are complete.
    pipeline.sync();
    for (byte[] field : answer(record, fields).orElse(Set.of())) {
      UserFields.headsOf(field)
          .ifPresent(
              heads -> {
                byte[] key = RedisKeys.heads(user, heads.task(), heads.baseVersion());
                replies.add(new Reply(record, pipeline.del(key)));
                replies.add(new Reply(record, pipeline.hdel(RedisKeys.user(user), field)));
              });
    }
    for (String task : tasks) {
      replies.add(new Reply(record, pipeline.del(RedisKeys.heads(user, task, baseVersion))));
    }
  }

  /** Empty if a key of this one user is of another type, which no waiting mends. */
  private static <T> Optional<T> answer(
      ConsumerRecord<byte[], byte[]> record, Response<T> response) {
    try {
      return Optional.of(response.get());
    } catch (JedisDataException e) {
      if (RedisFault.of(e) != RedisFault.ONE_KEY) {
        throw e;
      }
      log.error(
          "a key of the user of {}-{}@{} is of another type: delete it, or an erasure will not find all heads",
          record.topic(),
          record.partition(),
          record.offset());
      return Optional.empty();
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
