package io.hydra.ingest;

import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.HydraHeaders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that owns the consumer of the response topic. */
final class ResponseReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ResponseReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long BACKOFF_MS = 200;
  private static final Duration JOIN = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final ReplyTo replyTo;
  private final RegistryDeserializer<Response> deserializer;
  private final BiPredicate<Header, Response> response;
  private final BiConsumer<Header, Exception> undecodable;
  private final java.util.function.Consumer<RuntimeException> stopped;
  private final java.util.function.Consumer<ResponseSeen> listener;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Of the reading thread. */
  private boolean listenerFailed;

  /** Of the reading thread: the last poll was not allowed. */
  private boolean refused;

  private final Thread thread = new Thread(this::run, "hydra-response-reader");

  /**
   * All that is told is told on the reading thread.
   *
   * @param response takes each with its correlation id, and says whether somebody waited for it
   * @param undecodable takes why a response could not be read
   * @param stopped told once if no further response will be read, unless by {@link #close}
   */
  ResponseReader(
      Consumer<byte[], byte[]> consumer,
      ReplyTo replyTo,
      RegistryDeserializer<Response> deserializer,
      BiPredicate<Header, Response> response,
      BiConsumer<Header, Exception> undecodable,
      java.util.function.Consumer<RuntimeException> stopped,
      java.util.function.Consumer<ResponseSeen> listener) {
    this.consumer = consumer;
    this.replyTo = replyTo;
    this.deserializer = deserializer;
    this.response = response;
    this.undecodable = undecodable;
    this.stopped = stopped;
    this.listener = listener;
    thread.setDaemon(true);
  }

  /**
   * Takes position at the end of every partition that it is to read, then reads.
   *
   * @throws IllegalStateException if the response topic or its partition does not exist
   */
  void start() {
    String topic = replyTo.topic();
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .filter(info -> replyTo.reads(info.partition()))
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "topic %s%s does not exist: create the topics first"
              .formatted(
                  topic,
                  replyTo.partition() == null ? "" : " with partition " + replyTo.partition()));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // seekToEnd is lazy; asking for the position makes it happen before the first query is sent.
    partitions.forEach(
        partition -> {
          long unused = consumer.position(partition);
        });
    thread.start();
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        for (ConsumerRecord<byte[], byte[]> record : poll()) {
          read(record);
        }
      }
    } catch (WakeupException e) {
      log.debug("woken up to close");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped(new IllegalStateException("interrupted while reading responses", e));
    } catch (RuntimeException e) {
      stopped(e);
    } catch (Error e) {
      stopped(new IllegalStateException("responses can no longer be read", e));
      throw e;
    } finally {
      consumer.close();
    }
  }

  /** A right or a password that the brokers miss may come back, so reading goes on when it does. */
  private ConsumerRecords<byte[], byte[]> poll() throws InterruptedException {
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (refused) {
        refused = false;
        log.info("the brokers let responses be read again");
      }
      return records;
    } catch (AuthenticationException | AuthorizationException e) {
      if (!refused) {
        refused = true;
        log.warn("the brokers refuse that responses are read; will retry: {}", e.toString());
      }
      boolean unused = closing.await(BACKOFF_MS, TimeUnit.MILLISECONDS);
      return ConsumerRecords.empty();
    }
  }

  /** All who wait must learn of it, whatever it was; else each query would only time out. */
  private void stopped(RuntimeException why) {
    // Only Kafka's messages are known to quote no record.
    log.error(
        "responses can no longer be read: {}",
        why instanceof KafkaException ? why.toString() : why.getClass().getName());
    stopped.accept(why);
  }

  private void read(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    Header correlation = record.headers().lastHeader(HydraHeaders.CORRELATION_ID);
    boolean registryAway = false;
    while (closing.getCount() > 0) {
      try {
        Response read = deserializer.deserialize(record.value());
        boolean awaited = response.test(correlation, read);
        tell(new ResponseSeen(read, record.partition(), record.offset(), awaited));
        return;
      } catch (RegistryUnavailableException e) {
        if (!registryAway) {
          log.warn("{}; responses wait for it", e.getMessage());
          registryAway = true;
        }
        boolean unused = closing.await(BACKOFF_MS, TimeUnit.MILLISECONDS);
      } catch (UndecodableRecordException e) {
        log.warn(
            "response at {}-{}@{} skipped: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
        undecodable.accept(correlation, e);
        return;
      }
    }
  }

  /** A listener's failure is its own: reading goes on, and each next response is still told. */
  private void tell(ResponseSeen seen) {
    try {
      listener.accept(seen);
    } catch (RuntimeException e) {
      if (!listenerFailed) {
        listenerFailed = true;
        log.warn(
            "the response listener threw {}; further failures of it are not logged",
            e.getClass().getName());
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
    try {
      thread.join(JOIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
