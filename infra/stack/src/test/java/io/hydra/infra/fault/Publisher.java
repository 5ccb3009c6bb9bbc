package io.hydra.infra.fault;

import io.hydra.schemas.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes a load at a given pace, and no further than it may for now. */
final class Publisher implements AutoCloseable {
  private final List<Load.Item> items;
  private final long nanosEach;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::publish, "load");
  private int allowed;
  private int sent;
  private volatile boolean closed;

  Publisher(String bootstrapServers, List<Load.Item> items, int perSecond) {
    this.items = items;
    this.nanosEach = 1_000_000_000L / perSecond;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    thread.start();
  }

  /** Lets it go on until so many are published. */
  synchronized void allow(int upTo) {
    allowed = upTo;
  }

  /** Stops it; returns how many it has sent. */
  synchronized int hold() {
    allowed = sent;
    return sent;
  }

  private synchronized boolean maySend(int number) {
    if (number >= allowed) {
      return false;
    }
    sent = number + 1;
    return true;
  }

  /**
   * The number of events that the broker has.
   *
   * @throws IllegalStateException if it refused one
   */
  int acknowledged() {
    if (failure.get() != null) {
      throw new IllegalStateException("the load cannot be published", failure.get());
    }
    return acknowledged.get();
  }

  /** One more record, out of turn. */
  void also(byte[] key, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(Topic.EVENTS.topicName(), key, value),
            (metadata, e) -> {
              if (e != null) {
                failure.set(e);
              }
            });
  }

  private void publish() {
    long next = System.nanoTime();
    for (int i = 0; i < items.size(); i++) {
      while (!closed && !maySend(i)) {
        LockSupport.parkNanos(1_000_000);
        next = System.nanoTime();
      }
      if (closed) {
        return;
      }
      next += nanosEach;
      long ahead = next - System.nanoTime();
      if (ahead > 1_000_000) {
        LockSupport.parkNanos(ahead);
      }
      send(items.get(i));
    }
  }

  private void send(Load.Item item) {
    var unused =
        producer.send(
            new ProducerRecord<>(Topic.EVENTS.topicName(), item.key(), item.value()),
            (metadata, e) -> {
              if (e == null) {
                acknowledged.incrementAndGet();
              } else {
                failure.set(e);
              }
            });
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    producer.close();
  }
}
