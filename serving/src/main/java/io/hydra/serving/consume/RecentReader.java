package io.hydra.serving.consume;

import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what topics have had since some moment and goes on to, on a thread of its own. It is in no
 * consumer group. Topics and partitions that come later are found within half a minute.
 *
 * @param <T> of the records
 */
public final class RecentReader<T extends SpecificRecord> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecentReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 500;
  private static final int FETCH_BYTES = 8 * 1024 * 1024;

  /** A record may be older than the event that it tells of, by another machine's clock. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final Consumer<byte[], byte[]> consumer;
  private final Set<String> topics;
  private final RegistryDeserializer<T> deserializer;
  private final java.util.function.Consumer<T> sink;
  private final UnaryOperator<Instant> since;
  private final Clock clock;
  private final Outage outage;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** Partitions that are read from where they should be. */
  private final Set<TopicPartition> placed = new HashSet<>();

  /** The end of each partition when it was found, until it was read that far. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /**
   * @param what the records are: names the thread and the outage
   * @param consumer owned; without a group
   * @param topics some may be missing
   * @param sink takes each record, more than once if a topic is written again
   * @param since the first moment that counts now
   */
  public RecentReader(
      String what,
      Consumer<byte[], byte[]> consumer,
      Set<String> topics,
      RegistryDeserializer<T> deserializer,
      java.util.function.Consumer<T> sink,
      UnaryOperator<Instant> since,
      Clock clock) {
    this.consumer = consumer;
    this.topics = Set.copyOf(topics);
    this.deserializer = deserializer;
    this.sink = sink;
    this.since = since;
    this.clock = clock;
    this.outage = new Outage("the broker that %s are read from".formatted(what));
    this.thread = new Thread(this::run, "serving-" + what);
    thread.setDaemon(true);
  }

  /** A consumer for a reader. */
  public static Consumer<byte[], byte[]> open(KafkaConnection kafka, String what) {
    return kafka.openReader(
        Map.of(
            ConsumerConfig.CLIENT_ID_CONFIG,
            "hydra-serving-" + what,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            FETCH_BYTES));
  }

  /**
   * Starts to read.
   *
   * @param failed called if it ends by itself
   */
  public void start(Runnable failed) {
    thread.setUncaughtExceptionHandler(
        (ended, e) -> {
          log.error("{} failed: {}", ended.getName(), Failures.traceWithoutMessages(e));
          failed.run();
        });
    thread.start();
  }

  /**
   * Waits until all that the topics held at first was read, or this has ended; where none of them
   * exists, until one does.
   */
  public void awaitCaughtUp() throws InterruptedException {
    caughtUp.await();
  }

  private void run() {
    try {
      long lookAgainAt = 0;
      while (closing.getCount() > 0) {
        try {
          if (clock.millis() >= lookAgainAt) {
            find();
            lookAgainAt = clock.millis() + LOOK_AGAIN.toMillis();
          }
          if (placed.isEmpty()) {
            boolean unused = closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
          } else {
            read();
          }
          outage.ended();
        } catch (WakeupException | InterruptException e) {
          throw e;
        } catch (KafkaException | RegistryUnavailableException e) {
          outage.began(e.getClass().getSimpleName());
          boolean unused = closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (WakeupException | InterruptException | InterruptedException e) {
      log.debug("asked to end");
    } finally {
      consumer.close();
      caughtUp.countDown();
    }
  }

  /** Takes in the partitions that are new, at the first record that may count. */
  void find() {
    Set<TopicPartition> all = new HashSet<>();
    for (String topic : topics) {
      for (PartitionInfo each : consumer.partitionsFor(topic, PATIENCE)) {
        all.add(new TopicPartition(topic, each.partition()));
      }
    }
    Set<TopicPartition> found = new HashSet<>(all);
    found.removeAll(placed);
    if (found.isEmpty()) {
      return;
    }
    long from = since.apply(clock.instant()).minus(SKEW).toEpochMilli();
    Map<TopicPartition, Long> wanted = new HashMap<>();
    found.forEach(partition -> wanted.put(partition, from));
    all.addAll(placed);
    consumer.assign(all);
    var starts = consumer.offsetsForTimes(wanted, PATIENCE);
    Map<TopicPartition, Long> last = consumer.endOffsets(found, PATIENCE);
    for (TopicPartition partition : found) {
      var start = starts.get(partition);
      consumer.seek(partition, start == null ? last.get(partition) : start.offset());
    }
    placed.addAll(found);
    ends.putAll(last);
  }

  /** Reads once, and tells when nothing is left of what there was at the start. */
  void read() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      add(record);
    }
    if (caughtUp.getCount() > 0) {
      ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      if (ends.isEmpty()) {
        caughtUp.countDown();
      }
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    while (closing.getCount() > 0) {
      try {
        sink.accept(deserializer.deserialize(record.value()));
        return;
      } catch (UndecodableRecordException e) {
        return; // Of none of our programs.
      } catch (RegistryUnavailableException e) {
        outage.began(e.getClass().getSimpleName());
        try {
          boolean unused = closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
          throw new InterruptException(interrupted);
        }
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    consumer.wakeup();
  }
}
