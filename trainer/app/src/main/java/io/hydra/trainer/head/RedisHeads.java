package io.hydra.trainer.head;

import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Applies records of {@code hydra.heads} to the users' keys in Redis, each record in one step.
 *
 * <ol>
 *   <li>The user's hash remembers which record was applied last, by topic id, partition and offset.
 *       An older one changes nothing, whoever sends it and however late: no head comes back after
 *       its tombstone, and none hides a newer one. The same one again changes nothing either.
 *   <li>Every erasure has its tombstone, in the partition of the heads that were fitted before it
 *       and behind them. So that fence is all that an erasure takes; clocks need not be compared.
 *   <li>A topic that was deleted and made again counts from the start, and has another id. It is
 *       asked for again at each assignment, and when a record was found to be an old one.
 *   <li>What is about one record or one user is logged once per kind, and skipped.
 * </ol>
 */
public final class RedisHeads {
  private static final Logger log = LoggerFactory.getLogger(RedisHeads.class);

  /** A row per task; far more than a script could name at once would never be written. */
  private static final int MAX_ROWS = 1_000;

  private static final int MAX_KINDS = 100;
  private static final long OLD = 0;
  private static final long UNNAMED = -1;

  private final RedisScript script = RedisScript.load(RedisHeads.class, "apply-heads.lua");
  private final UnifiedJedis redis;
  private final RegistryDeserializer<UserHeads> deserializer;
  private final Supplier<Uuid> askForTopicId;
  private final byte[] ttlMillis;
  private final List<byte[]> named;
  private final Set<String> logged = new HashSet<>();
  private final LongAdder written = new LongAdder();
  private final LongAdder fenced = new LongAdder();
  private Uuid topicId;

  /**
   * @param topicId asks the broker for the id of {@code hydra.heads}
   * @param ttl after which heads that are not fitted again expire; zero for never
   * @param tasks whose heads for {@code baseVersion} a tombstone deletes also if the user's hash
   *     does not name them, as before that was written
   * @param baseVersion the trainer's own
   */
  public RedisHeads(
      UnifiedJedis redis,
      RegistryDeserializer<UserHeads> deserializer,
      Supplier<Uuid> topicId,
      Duration ttl,
      Set<String> tasks,
      String baseVersion) {
    this.redis = redis;
    this.deserializer = deserializer;
    this.askForTopicId = topicId;
    this.ttlMillis = utf8(Long.toString(ttl.toMillis()));
    this.named = tasks.stream().map(task -> utf8(task + ":" + baseVersion)).toList();
  }

  /** Records that were applied. From any thread. */
  long written() {
    return written.sum();
  }

  /** Records that changed nothing, since a newer one had been applied. From any thread. */
  long fenced() {
    return fenced.sum();
  }

  /** Partitions were assigned: the topic may have been deleted and made again meanwhile. */
  void forgetTopicId() {
    topicId = null;
  }

  /**
   * Applies all records, in their order. May be called again with the same ones after a failure.
   *
   * @throws JedisException if Redis is away or refuses
   * @throws RegistryUnavailableException if the registry is away
   * @throws KafkaException if the broker does not tell the topic's id
   */
  void apply(List<ConsumerRecord<byte[], byte[]>> records) {
    if (topicId == null) {
      topicId = askForTopicId.get();
    }
    boolean old = script.pipelined(caller -> apply(records, caller));
    if (old) {
      Uuid now = askForTopicId.get();
      if (!now.equals(topicId)) {
        topicId = now;
        boolean unused = script.pipelined(caller -> apply(records, caller));
      }
    }
  }

  /** A call's reply, and the record that asked for it. */
  private record Reply(ConsumerRecord<byte[], byte[]> record, Response<Object> response) {}

  /**
   * @return whether a record was an old one
   */
  private boolean apply(List<ConsumerRecord<byte[], byte[]>> records, RedisScript.Caller caller) {
    List<Reply> replies = new ArrayList<>(records.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        try {
          replies.add(new Reply(record, call(pipeline, record, caller)));
        } catch (RejectedRecordException e) {
          // Only the trainer writes here; a head that is skipped is fitted again at the next event.
          note(record, e.getMessage());
        }
      }
      pipeline.sync();
    }
    boolean old = false;
    for (Reply reply : replies) {
      old |= isOld(reply);
    }
    return old;
  }

  private boolean isOld(Reply reply) {
    try {
      long outcome = (Long) reply.response().get();
      if (outcome == UNNAMED) {
        note(
            reply.record(),
            "the user's hash is of another type: delete it, or an erasure will not find all heads");
      }
      (outcome == OLD ? fenced : written).increment();
      return outcome == OLD;
    } catch (JedisException e) {
      if (RedisFault.of(e) == RedisFault.AWAY) {
        throw e;
      }
      note(reply.record(), "a key of the user holds what the script cannot read: delete it");
      return false;
    }
  }

  private Response<Object> call(
      AbstractPipeline pipeline, ConsumerRecord<byte[], byte[]> record, RedisScript.Caller caller)
      throws RejectedRecordException {
    List<byte[]> keys = new ArrayList<>();
    List<byte[]> arguments = new ArrayList<>();
    UserHeads heads =
        record.value() == null
            ? null
            : Decoding.guard(() -> deserializer.deserialize(record.value()));
    UserKey user =
        Decoding.guard(
            () ->
                heads == null
                    ? RecordKeys.user(record.key())
                    : RecordKeys.user(record.key(), heads.getTenant(), heads.getUserId()));
    keys.add(RedisKeys.user(user));
    arguments.add(utf8(topicId + ":" + record.partition()));
    arguments.add(utf8(Long.toString(record.offset())));
    arguments.add(ttlMillis);
    arguments.add(RedisKeys.headsPrefix(user));
    if (heads == null) {
      arguments.addAll(named);
    } else {
      if (heads.getTasks().size() > MAX_ROWS) {
        throw new RejectedRecordException("the record has more than " + MAX_ROWS + " rows");
      }
      for (TaskHeads row : heads.getTasks()) {
        keys.add(RedisKeys.heads(user, row.getTask(), row.getBaseVersion()));
        arguments.add(utf8(row.getTask()));
        arguments.add(utf8(row.getBaseVersion()));
        arguments.add(utf8(row.getUpdatedAt().toEpochMilli() + ":" + row.getHistoryVersion()));
        arguments.add(bytes(row.getHeads()));
      }
    }
    int keyCount = keys.size();
    keys.addAll(arguments);
    return caller.call(pipeline, keyCount, keys.toArray(byte[][]::new));
  }

  /**
   * @param why holds no user text
   */
  private void note(ConsumerRecord<byte[], byte[]> record, String why) {
    if (logged.size() < MAX_KINDS && logged.add(why)) {
      log.error(
          "Record at {}-{}@{} (others of the kind are not logged): {}",
          record.topic(),
          record.partition(),
          record.offset(),
          why);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
