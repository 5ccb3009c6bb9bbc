package io.hydra.infra.lag.cluster;

import io.hydra.runtime.kafka.KafkaConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the timestamps of the records at many offsets of many partitions in bulk.
 *
 * <p>Implementation note.
 *
 * <ol>
 *   <li>One consumer without a group is at one offset of every partition at once, so that a fetch
 *       serves them all. A partition's offsets are asked in ascending order, and one fetch often
 *       answers several.
 *   <li>The record at an offset may be gone, compacted, aborted or a transaction's marker. The next
 *       readable one stands for it: that is what a consumer there will get.
 *   <li>Nothing is waited for that never comes. Offsets are within the log (the caller reads its
 *       ends first), and a partition whose position reaches its stable end without a record has
 *       nothing to read.
 *   <li>A fetch asks for {@value #BATCH_BYTES} bytes of each partition, which holds a batch of the
 *       usual size. Of larger ones the broker returns one per fetch, so they come one after the
 *       other. Keys and values are never copied.
 *   <li>An offset is asked for once as long as it is wanted: the timestamp of a record does not
 *       change.
 * </ol>
 */
public final class RecordTimes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecordTimes.class);

  /** Stands for an offset from which nothing can be read up to the end of the log. */
  public static final long NOTHING = Long.MAX_VALUE;

  /** With brokers that give no record any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** With all of a cycle. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final int BATCH_BYTES = 20 * 1024;
  private static final int FETCH_BYTES = 1024 * 1024;

  private final Consumer<Void, Void> consumer;
  private final LongSupplier nanoClock;
  private Map<TopicPartition, Map<Long, Long>> known = Map.of();

  /** Offsets of one partition that have yet to be answered. */
  private static final class Open {
    private final List<Long> offsets;
    private final long end;
    private final Map<Long, Long> times;
    private int next;
    private long position;

    Open(List<Long> offsets, long end, Map<Long, Long> times) {
      this.offsets = offsets;
      this.end = end;
      this.times = times;
    }

    boolean isAnswered() {
      return next == offsets.size();
    }

    long offset() {
      return offsets.get(next);
    }

    /** Answers all offsets up to that of a record. */
    void answer(long upTo, long timestamp) {
      while (!isAnswered() && offset() <= upTo) {
        times.put(offset(), timestamp);
        next++;
      }
    }
  }

  public RecordTimes(Consumer<Void, Void> consumer, LongSupplier nanoClock) {
    this.consumer = consumer;
    this.nanoClock = nanoClock;
  }

  /** The consumer that this class is made for. */
  public static Consumer<Void, Void> consumer(KafkaConnection kafka) {
    Map<String, Object> own =
        Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.CHECK_CRCS_CONFIG,
            false,
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) PATIENCE.toMillis(),
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            100,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            BATCH_BYTES,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            FETCH_BYTES,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            500);
    Map<String, Object> config = kafka.with(own);
    // A file of consumer properties may name a group, and its offsets are not ours to move.
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    return new KafkaConsumer<>(config, new Skip(), new Skip());
  }

  /**
   * Reads what is not known from the time before, and forgets what is not wanted any more.
   *
   * @param wanted offsets by partition, none below the log's low end
   * @param logs with each of these partitions
   * @return milliseconds since the epoch by partition and offset, or {@link #NOTHING}; an offset
   *     that could not be read in time, or lies beyond the stable end, is absent
   */
  public Map<TopicPartition, Map<Long, Long>> read(
      Map<TopicPartition, NavigableSet<Long>> wanted, Map<TopicPartition, ClusterState.Log> logs) {
    Map<TopicPartition, Map<Long, Long>> times = new HashMap<>();
    Map<TopicPartition, Open> open = new HashMap<>();
    wanted.forEach(
        (partition, offsets) -> {
          Map<Long, Long> before = known.getOrDefault(partition, Map.of());
          Map<Long, Long> now = new HashMap<>();
          List<Long> unknown = new ArrayList<>();
          long end = logs.get(partition).stable();
          // Beyond the stable end a transaction-aware reader sees nothing: not known.
          for (Long offset : offsets.headSet(end)) {
            long time = before.getOrDefault(offset, NOTHING);
            if (time == NOTHING) {
              unknown.add(offset);
            } else {
              now.put(offset, time);
            }
          }
          times.put(partition, now);
          if (!unknown.isEmpty()) {
            open.put(partition, new Open(unknown, end, now));
          }
        });
    readOpen(open);
    known = times;
    return times;
  }

  private void readOpen(Map<TopicPartition, Open> open) {
    if (open.isEmpty()) {
      return;
    }
    try {
      consumer.assign(open.keySet());
      open.forEach((partition, each) -> consumer.seek(partition, each.offset()));
      long start = nanoClock.getAsLong();
      long lastProgress = start;
      while (!open.isEmpty()
          && nanoClock.getAsLong() - lastProgress < PATIENCE.toNanos()
          && nanoClock.getAsLong() - start < LONGEST.toNanos()) {
        if (advance(open)) {
          lastProgress = nanoClock.getAsLong();
        }
      }
    } catch (KafkaException | IllegalStateException e) {
      // The consumer throws both for a batch that cannot be read, by how it cannot. What was
      // answered stays; the rest is asked for again.
      log.warn("Reading records failed, will retry in the next cycle: {}", e.toString());
    }
    consumer.unsubscribe();
  }

  /** Polls once, and tells whether that moved a position. */
  private boolean advance(Map<TopicPartition, Open> open) {
    ConsumerRecords<Void, Void> records;
    try {
      records = consumer.poll(PATIENCE.dividedBy(4));
    } catch (InvalidOffsetException expired) {
      // Deleted since the ends were read: the next cycle sees the new low end.
      leave(expired.partitions(), open);
      return true;
    } catch (TopicAuthorizationException refused) {
      leave(
          open.keySet().stream()
              .filter(partition -> refused.unauthorizedTopics().contains(partition.topic()))
              .toList(),
          open);
      return true;
    }
    boolean progress = false;
    Set<TopicPartition> left = new HashSet<>();
    for (Map.Entry<TopicPartition, Open> entry : open.entrySet()) {
      TopicPartition partition = entry.getKey();
      Open each = entry.getValue();
      for (ConsumerRecord<Void, Void> record : records.records(partition)) {
        each.answer(record.offset(), record.timestamp());
      }
      long position = consumer.position(partition);
      progress |= position > each.position;
      each.position = position;
      if (!each.isAnswered() && position >= each.end) {
        each.answer(Long.MAX_VALUE, NOTHING);
      }
      if (each.isAnswered()) {
        left.add(partition);
      } else if (position < each.offset()) {
        consumer.seek(partition, each.offset());
        each.position = each.offset();
      }
    }
    leave(left, open);
    return progress;
  }

  private void leave(Collection<TopicPartition> partitions, Map<TopicPartition, Open> open) {
    open.keySet().removeAll(Set.copyOf(partitions));
    consumer.pause(partitions);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }

  /** Reads nothing. The form with a buffer keeps the bytes from being copied. */
  private static final class Skip implements Deserializer<Void> {
    @Override
    public Void deserialize(String topic, byte[] data) {
      return null;
    }

    @Override
    public Void deserialize(String topic, Headers headers, ByteBuffer data) {
      return null;
    }
  }
}
