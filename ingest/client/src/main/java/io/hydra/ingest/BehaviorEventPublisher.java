package io.hydra.ingest;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;

/** Publishes behaviour events, keyed {@code tenant:user}. Thread-safe. */
public final class BehaviorEventPublisher implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final Producer<String, BehaviorEvent> producer;
  private final Clock clock;

  public BehaviorEventPublisher(Producer<String, BehaviorEvent> producer, Clock clock) {
    this.producer = producer;
    this.clock = clock;
  }

  /** Connects a publisher. */
  public static BehaviorEventPublisher connect(HydraConnection connection) {
    return new BehaviorEventPublisher(
        connection.producer(connection.registry(), Topic.EVENTS), Clock.systemUTC());
  }

  /** As {@link #publish(BehaviorEvent, List)}, without further headers. */
  public CompletableFuture<RecordMetadata> publish(BehaviorEvent event) {
    return publish(event, List.of());
  }

  /**
   * Sends one event. The record's timestamp is now, not {@code occurred_at}: the topic's retention
   * goes by it, and an old event would be deleted on arrival. Blocks while the producer's buffer
   * ({@code buffer.memory}, 32 MiB unless the connection's properties say otherwise) is full, up to
   * {@code max.block.ms}, a minute.
   *
   * @param headers sent along, for instance {@code traceparent}
   * @return completes once all in-sync replicas have the event; fails with Kafka's exception,
   *     {@link BufferExhaustedException} if the buffer was full for so long, or with {@link
   *     io.hydra.schemas.registry.RegistryUnavailableException}
   * @throws IllegalArgumentException if the event breaks one of {@link EventRules}; the message
   *     names the rule
   */
  public CompletableFuture<RecordMetadata> publish(BehaviorEvent event, List<Header> headers) {
    long now = clock.millis();
    String key = EventRules.validate(event, now).recordKey();
    Acknowledgement acknowledged = new Acknowledgement();
    try {
      // A list, even an empty one, would be copied.
      var unused =
          producer.send(
              new ProducerRecord<>(
                  Topic.EVENTS.topicName(),
                  null,
                  now,
                  key,
                  event,
                  headers.isEmpty() ? null : headers),
              acknowledged);
    } catch (RuntimeException e) {
      acknowledged.completeExceptionally(e);
    }
    return acknowledged;
  }

  /** Blocks until every event sent so far is acknowledged or has failed. */
  public void flush() {
    producer.flush();
  }

  /** Sends what is buffered, then closes the producer. */
  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }

  /** One object for Kafka and the app: of each event under way, the heap holds one. */
  private static final class Acknowledgement extends CompletableFuture<RecordMetadata>
      implements Callback {
    @Override
    public void onCompletion(RecordMetadata metadata, Exception failure) {
      if (failure == null) {
        complete(metadata);
      } else {
        completeExceptionally(failure);
      }
    }
  }
}
