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
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
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
 *   <li>Memory does not depend on the number of partitions: {@value #AT_ONCE} are read at a time,
 *       since the client keeps some kilobytes of sensors for each. More at a time would be no
 *       faster: a fetch returns {@value #FETCH_BYTES} bytes at most. Partitions that gave no answer
 *       in the last cycle come last, so that an unavailable broker's do not keep back the rest.
 *   <li>A batch that cannot be read fails the poll of all partitions. They are then read in halves,
 *       until those that can be read are.
 *   <li>An offset is asked for once as long as it is wanted: the timestamp of a record does not
 *       change.
 * </ol>
 */
public final class RecordTimes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecordTimes.class);

  /** With brokers that give no record any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** With all of a cycle. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final int BATCH_BYTES = 20 * 1024;
  private static final int FETCH_BYTES = 1024 * 1024;
  private static final int AT_ONCE = 200;

  private final Consumer<Void, Void> consumer;
  private final LongSupplier nanoClock;
  private Map<TopicPartition, OffsetTimes> known = Map.of();
  private Set<TopicPartition> unanswered = Set.of();

  /** One partition of which offsets have yet to be answered. */
  private static final class Open {
    private final OffsetTimes times;
    private final long end;
    private int next;
    private long position;

    /**
     * @param next index of an offset
     */
    Open(OffsetTimes times, long end, int next) {
      this.times = times;
      this.end = end;
      this.next = next;
    }

    boolean isAnswered() {
      return next < 0;
    }

    long offset() {
      return times.offset(next);
    }

    /** Answers all offsets up to that of a record. */
    void answer(long upTo, long timestamp) {
      while (!isAnswered() && offset() <= upTo) {
        times.set(next, timestamp);
        next = times.nextUnknown(next + 1, end);
      }
    }
  }

  public RecordTimes(Consumer<Void, Void> consumer, LongSupplier nanoClock) {
    this.consumer = consumer;
    this.nanoClock = nanoClock;
  }

  /** The consumer that this class is made for. */
  public static Consumer<Void, Void> consumer(KafkaConnection kafka) {
    return consumer(kafka, new Skip());
  }

  /** The same with keys. */
  public static <K> Consumer<K, Void> consumer(KafkaConnection kafka, Deserializer<K> keys) {
    Map<String, Object> own = new HashMap<>();
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    own.put(ConsumerConfig.CHECK_CRCS_CONFIG, false);
    own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    own.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    own.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, BATCH_BYTES);
    own.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    // Either would hold beans and keys for every partition, and create them again per assignment.
    own.put(ConsumerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of());
    own.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return kafka.openReader(own, keys, new Skip());
  }

  /**
   * Reads what is not known from the time before, and forgets what is not wanted any more.
   *
   * @param wanted offsets by partition, none below the log's low end; their timestamps are set.
   *     {@link OffsetTimes#UNKNOWN} stay those that could not be read in time, and those beyond the
   *     stable end, where a transaction-aware reader sees nothing yet
   * @param logs with each of these partitions
   */
  public void read(
      Map<TopicPartition, OffsetTimes> wanted, Map<TopicPartition, ClusterState.Log> logs) {
    List<TopicPartition> first = new ArrayList<>();
    List<TopicPartition> last = new ArrayList<>();
    wanted.forEach(
        (partition, times) -> {
          times.complete(known.getOrDefault(partition, OffsetTimes.NONE));
          if (times.nextUnknown(0, logs.get(partition).stable()) >= 0) {
            (unanswered.contains(partition) ? last : first).add(partition);
          }
        });
    known = wanted;
    unanswered = new HashSet<>();
    first.addAll(last);
    try {
      long end = nanoClock.getAsLong() + LONGEST.toNanos();
      for (int from = 0; from < first.size(); from += AT_ONCE) {
        Map<TopicPartition, Open> open = new HashMap<>();
        for (TopicPartition each : first.subList(from, Math.min(from + AT_ONCE, first.size()))) {
          long stable = logs.get(each).stable();
          OffsetTimes times = wanted.get(each);
          open.put(each, new Open(times, stable, times.nextUnknown(0, stable)));
        }
        read(open, end);
        unanswered.addAll(open.keySet());
      }
    } finally {
      consumer.unsubscribe();
    }
  }

  /**
   * Reads some partitions.
   *
   * @param open those that are left in the end have not been answered
   * @param end of the cycle's time, of the monotonic clock
   */
  private void read(Map<TopicPartition, Open> open, long end) {
    try {
      consumer.assign(open.keySet());
      open.forEach((partition, each) -> consumer.seek(partition, each.offset()));
      long lastProgress = nanoClock.getAsLong();
      while (!open.isEmpty()
          && nanoClock.getAsLong() - lastProgress < PATIENCE.toNanos()
          && nanoClock.getAsLong() - end < 0) {
        if (advance(open)) {
          lastProgress = nanoClock.getAsLong();
        }
      }
    } catch (KafkaException | IllegalStateException e) {
      // The consumer throws both for a batch that cannot be read, by how it cannot. What was
      // answered stays.
      if (open.size() > 1 && !(e instanceof ApiException) && nanoClock.getAsLong() - end < 0) {
        readInHalves(open, end);
      } else {
        log.warn(
            "Reading {} failed, will retry in the next cycle: {}", open.keySet(), e.toString());
      }
    }
  }

  /** Reads again without what cannot be read, whichever partition that is. */
  private void readInHalves(Map<TopicPartition, Open> open, long end) {
    List<TopicPartition> all = List.copyOf(open.keySet());
    int middle = all.size() / 2;
    for (List<TopicPartition> half :
        List.of(all.subList(0, middle), all.subList(middle, all.size()))) {
      Map<TopicPartition, Open> left = new HashMap<>();
      half.forEach(partition -> left.put(partition, open.get(partition)));
      read(left, end);
      half.stream().filter(partition -> !left.containsKey(partition)).forEach(open::remove);
    }
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
        each.answer(Long.MAX_VALUE, OffsetTimes.NOTHING);
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

  /** Requests since this was made. */
  public long requests() {
    return sent(consumer.metrics());
  }

  /** The requests that a client has sent to all brokers together since it was made. */
  public static long sent(Map<MetricName, ? extends Metric> metrics) {
    return metrics.entrySet().stream()
        .filter(metric -> metric.getKey().name().equals("request-total"))
        // Another group of the same name holds those to each broker.
        .filter(metric -> !metric.getKey().group().endsWith("node-metrics"))
        .mapToLong(metric -> ((Number) metric.getValue().metricValue()).longValue())
        .sum();
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
