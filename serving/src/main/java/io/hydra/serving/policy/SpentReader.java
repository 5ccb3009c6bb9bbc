package io.hydra.serving.policy;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
 * Reads the responses' topics from the beginning of the day and goes on to, on a thread of its own.
 * It is in no consumer group. Topics and partitions that come later are found within half a minute.
 */
public final class SpentReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpentReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 500;
  private static final int FETCH_BYTES = 8 * 1024 * 1024;

  /** A response may have a record that is older than itself by another machine's clock. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final Consumer<byte[], byte[]> consumer;
  private final Set<String> topics;
  private final RegistryDeserializer<Response> deserializer;
  private final Budgets budgets;
  private final Clock clock;
  private final Outage outage = new Outage("the broker that responses are counted from");
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "serving-spent");

  /** Partitions that are read from where they should be. */
  private final Set<TopicPartition> placed = new HashSet<>();

  /** The end of each partition when it was found, until it was read that far. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /**
   * @param consumer owned; without a group
   * @param topics that responses are sent to; some may be missing
   */
  public SpentReader(
      Consumer<byte[], byte[]> consumer,
      Set<String> topics,
      RegistryDeserializer<Response> deserializer,
      Budgets budgets,
      Clock clock) {
    this.consumer = consumer;
    this.topics = Set.copyOf(topics);
    this.deserializer = deserializer;
    this.budgets = budgets;
    this.clock = clock;
    thread.setDaemon(true);
  }

  /**
   * A reader of a cluster's topics.
   *
   * @param registry for it alone, not owned
   */
  public static SpentReader open(
      KafkaConnection kafka,
      SchemaRegistryClient registry,
      Set<String> topics,
      Budgets budgets,
      Clock clock) {
    Map<String, Object> own =
        Map.of(
            ConsumerConfig.CLIENT_ID_CONFIG,
            "hydra-serving-spent",
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            FETCH_BYTES);
    RegistryDeserializer<Response> deserializer =
        new RegistryDeserializer<>(registry, Topic.RESPONSES, Duration.ZERO);
    return new SpentReader(kafka.openReader(own), topics, deserializer, budgets, clock);
  }

  /**
   * Starts to read, and waits until all that the topics hold now was added up, or this has ended.
   *
   * @param failed called if it ends by itself: what is reserved would then be held for ever
   */
  public void start(Runnable failed) throws InterruptedException {
    thread.setUncaughtExceptionHandler(
        (ended, e) -> {
          log.error("the reader of responses failed: {}", Failures.traceWithoutMessages(e));
          failed.run();
        });
    thread.start();
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
          read();
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
    long since = Budgets.openSince(clock.instant()).minus(SKEW).toEpochMilli();
    Map<TopicPartition, Long> wanted = new HashMap<>();
    found.forEach(partition -> wanted.put(partition, since));
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
        budgets.add(deserializer.deserialize(record.value()));
        return;
      } catch (UndecodableRecordException e) {
        return; // Not from here: serving writes what it can read.
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
