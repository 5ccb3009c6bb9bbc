package io.hydra.trainer.head;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Copies heads into Redis, through {@link RedisHeads}, before their transaction is committed: a
 * head of one that is aborted was fitted to what there was, and its request is read again. The head
 * fitted then follows it in the topic, or precedes it if a trainer was held up for so long that
 * another one took over; the rows that it sends then are told by when they were fitted. The same
 * record applied twice changes nothing, so offsets are committed after the write, and not after
 * each: a commit is a request and an entry of the broker's log. Broker, registry and Redis are
 * waited for, however long they are away.
 */
public final class HeadsWriter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(HeadsWriter.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Between commits: the lag that is shown is up to this much behind. */
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

  private final Consumer<byte[], byte[]> consumer;
  private final RedisHeads heads;
  private final Sleeper sleeper;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private long commitDue;
  private volatile boolean joined;

  /** Polled and not yet written. While there are any, the partitions are paused. */
  private final List<ConsumerRecord<byte[], byte[]>> pending = new ArrayList<>();

  private final Outage brokerOutage = new Outage("the broker of the heads writer");
  private final Outage redisOutage = new Outage("Redis of the heads writer");
  private final Outage registryOutage = new Outage("the schema registry of the heads writer");

  /**
   * @param consumer commits nothing by itself; closed by {@link #run}
   * @param sleeper waits where polling cannot
   * @param nanoTime says when the next commit is due
   */
  public HeadsWriter(
      Consumer<byte[], byte[]> consumer, RedisHeads heads, Sleeper sleeper, LongSupplier nanoTime) {
    this.consumer = consumer;
    this.heads = heads;
    this.sleeper = sleeper;
    this.nanoTime = nanoTime;
    this.commitDue = nanoTime.getAsLong();
  }

  /** Runs until {@link #stop}. */
  @Override
  public void run() {
    try (consumer) {
      consumer.subscribe(List.of(Topic.HEADS.topicName()), new Assignment());
      while (true) {
        if (poll() && write() && nanoTime.getAsLong() - commitDue >= 0) {
          commitPositions();
          commitDue = nanoTime.getAsLong() + COMMIT_INTERVAL.toNanos();
        }
      }
    } catch (WakeupException e) {
      log.info("heads writer stopped");
    }
  }

  /** Tells whether it is a member of its group. From any thread. */
  public boolean hasJoined() {
    return joined;
  }

  /** Ends {@link #run}, from any thread. */
  public void stop() {
    consumer.wakeup();
  }

  /**
   * Polling goes on while Redis is away: it is the pause between attempts, and keeps the partitions
   * ours.
   */
  private boolean poll() {
    try {
      consumer.poll(consumer.paused().isEmpty() ? POLL : PAUSE).forEach(pending::add);
      return true;
    } catch (KafkaException e) {
      if (!KafkaConnection.isOutage(e)) {
        throw e;
      }
      brokerOutage.began(e.toString());
      try {
        sleeper.sleep(PAUSE);
      } catch (InterruptedException interruption) {
        throw new InterruptException(interruption);
      }
      return false;
    }
  }

  private boolean write() {
    try {
      if (!pending.isEmpty()) {
        heads.apply(pending);
      }
    } catch (JedisException | RegistryUnavailableException | KafkaException e) {
      if (e instanceof KafkaException && !KafkaConnection.isOutage(e)) {
        throw e;
      }
      Outage outage =
          e instanceof JedisException
              ? redisOutage
              : e instanceof KafkaException ? brokerOutage : registryOutage;
      outage.began(e instanceof JedisException redis ? RedisFault.reason(redis) : e.toString());
      consumer.pause(consumer.assignment());
      return false;
    }
    if (!pending.isEmpty()) {
      redisOutage.ended();
      registryOutage.ended();
    }
    // A revoked partition may have taken the last of the pending ones with it.
    consumer.resume(consumer.paused());
    pending.clear();
    return true;
  }

  /**
   * Commits where the consumer stands rather than behind the last record: a transaction's marker
   * takes up an offset as well, and would show as lag for ever.
   */
  private void commitPositions() {
    try {
      Map<TopicPartition, OffsetAndMetadata> moved = moved();
      if (!moved.isEmpty()) {
        consumer.commitSync(moved);
        moved.forEach((partition, offset) -> committed.put(partition, offset.offset()));
      }
      brokerOutage.ended();
    } catch (CommitFailedException | RebalanceInProgressException e) {
      // Whoever has the partitions now applies the same heads once more.
      log.info("Offsets not committed, the partitions are another member's: {}", e.toString());
      committed.clear();
    } catch (KafkaException e) {
      if (!KafkaConnection.isOutage(e)) {
        throw e;
      }
      brokerOutage.began(e.toString());
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> moved() {
    Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      long position = consumer.position(partition);
      if (committed.getOrDefault(partition, -1L) != position) {
        moved.put(partition, new OffsetAndMetadata(position));
      }
    }
    return moved;
  }

  private final class Assignment implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      joined = false;
      partitions.forEach(committed::remove);
      pending.removeIf(r -> partitions.contains(new TopicPartition(r.topic(), r.partition())));
      if (pending.isEmpty()) {
        // Nothing of ours waits any more.
        redisOutage.abandon();
        registryOutage.abandon();
      }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(committed::remove);
      heads.forgetTopicId();
      joined = true;
    }
  }
}
