package io.hydra.ingest;

import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the consumer of one topic, and reads it from where it ended when the reading
 * started. It joins no consumer group, so it leaves no lag behind.
 */
final class TopicReader<T extends SpecificRecord> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long BACKOFF_MS = 200;
  private static final Duration JOIN = Duration.ofSeconds(5);

  /** Takes what is read, on the reading thread. */
  interface Handler<T> {
    /** Tells whether a record is wanted; others are not even decoded. Rests go by it, too. */
    default boolean wants(ConsumerRecord<byte[], byte[]> record) {
      return true;
    }

    /** Tells whether a record is waited for; {@link TopicReader#wake} says that one is now. */
    default boolean isWaiting() {
      return true;
    }

    void read(ConsumerRecord<byte[], byte[]> record, T value);

    /** Takes why a record could not be read. */
    void undecodable(ConsumerRecord<byte[], byte[]> record, Exception why);

    /** Told once if nothing further will be read, unless by {@link TopicReader#close}. */
    void stopped(RuntimeException why);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Integer partition;
  private final RegistryDeserializer<T> deserializer;
  private final Handler<T> handler;
  private final Duration rest;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Of the reading thread: the last poll was not allowed. */
  private boolean refused;

  private final Thread thread;

  /**
   * @param consumer owned; without a group, reading committed records only
   * @param partition the only one to read; null for all
   * @param rest the pause after a poll that brought nothing wanted while none is waited for: what
   *     comes meanwhile comes in one fetch
   */
  TopicReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Integer partition,
      RegistryDeserializer<T> deserializer,
      Handler<T> handler,
      Duration rest) {
    this.consumer = consumer;
    this.topic = topic;
    this.partition = partition;
    this.deserializer = deserializer;
    this.handler = handler;
    this.rest = rest;
    this.thread = new Thread(this::run, "hydra-reader-" + topic);
    thread.setDaemon(true);
  }

  /**
   * Takes position at the end of every partition that it is to read, then reads.
   *
   * @throws IllegalStateException if the topic or its partition does not exist
   */
  void start() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .filter(info -> partition == null || partition == info.partition())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "topic %s%s does not exist: create the topics first"
              .formatted(topic, partition == null ? "" : " with partition " + partition));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // seekToEnd is lazy; asking for the position makes it happen before anything is sent.
    partitions.forEach(
        assigned -> {
          long unused = consumer.position(assigned);
        });
    thread.start();
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        boolean wanted = false;
        for (ConsumerRecord<byte[], byte[]> record : poll()) {
          if (handler.wants(record)) {
            wanted = true;
            read(record);
          }
        }
        if (!wanted && !handler.isWaiting()) {
          LockSupport.parkNanos(this, rest.toNanos());
        }
      }
    } catch (WakeupException e) {
      log.debug("woken up to close");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped(new IllegalStateException("interrupted while reading " + topic, e));
    } catch (RuntimeException e) {
      stopped(e);
    } catch (Error e) {
      stopped(new IllegalStateException(topic + " can no longer be read", e));
      throw e;
    } finally {
      consumer.close();
    }
  }

  /** Ends a rest. From any thread. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** A right or a password that the brokers miss may come back, so reading goes on when it does. */
  private ConsumerRecords<byte[], byte[]> poll() throws InterruptedException {
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (refused) {
        refused = false;
        log.info("the brokers let {} be read again", topic);
      }
      return records;
    } catch (AuthenticationException | AuthorizationException e) {
      if (!refused) {
        refused = true;
        log.warn("the brokers refuse that {} is read, will retry: {}", topic, e.toString());
      }
      boolean unused = closing.await(BACKOFF_MS, TimeUnit.MILLISECONDS);
      return ConsumerRecords.empty();
    }
  }

  /** All who wait must learn of it, whatever it was; else each would only time out. */
  private void stopped(RuntimeException why) {
    // Only Kafka's messages are known to quote no record.
    log.error(
        "{} can no longer be read: {}",
        topic,
        why instanceof KafkaException ? why.toString() : why.getClass().getName());
    handler.stopped(why);
  }

  private void read(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    boolean registryAway = false;
    while (closing.getCount() > 0) {
      try {
        handler.read(record, deserializer.deserialize(record.value()));
        return;
      } catch (RegistryUnavailableException e) {
        if (!registryAway) {
          log.warn("{}; {} waits for it", e.getMessage(), topic);
          registryAway = true;
        }
        boolean unused = closing.await(BACKOFF_MS, TimeUnit.MILLISECONDS);
      } catch (UndecodableRecordException e) {
        log.warn(
            "record at {}-{}@{} skipped: {}",
            topic,
            record.partition(),
            record.offset(),
            e.getMessage());
        handler.undecodable(record, e);
        return;
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    if (thread.getState() == Thread.State.NEW) {
      consumer.close();
      return;
    }
    consumer.wakeup();
    wake();
    try {
      thread.join(JOIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
