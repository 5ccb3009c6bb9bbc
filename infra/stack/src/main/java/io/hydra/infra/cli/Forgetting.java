package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.StackException;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Sends an erasure and waits for the record that it was carried out. */
final class Forgetting {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Deployment deployment;
  private final LongSupplier nanoTime;

  Forgetting(Deployment deployment, LongSupplier nanoTime) {
    this.deployment = deployment;
    this.nanoTime = nanoTime;
  }

  /**
   * @param eventId of the erasure
   * @param upTo what occurred then or before goes
   * @throws StackException if the erasure cannot be sent, or was not carried out in time
   */
  UserErased forget(UserKey user, String eventId, Instant upTo, Duration patience) {
    try (SchemaRegistryClient registry = deployment.kafka().openRegistry();
        KafkaConsumer<byte[], byte[]> consumer = fromTheEnd()) {
      publish(user, eventId, upTo);
      return await(
          consumer, new RegistryDeserializer<>(registry, Topic.ERASURES), eventId, patience);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (KafkaException e) {
      throw new StackException("Kafka does not answer: check hydra status", e);
    }
  }

  /** Positioned before the erasure is sent, or its record might be missed. */
  private KafkaConsumer<byte[], byte[]> fromTheEnd() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            deployment.kafka().with(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topic.ERASURES.topicName()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new StackException(
            "topic %s does not exist: stop the stack and start it with hydra up"
                .formatted(Topic.ERASURES.topicName()));
      }
      consumer.assign(partitions);
      consumer.endOffsets(partitions).forEach(consumer::seek);
      return consumer;
    } catch (KafkaException | StackException e) {
      consumer.close();
      throw e;
    }
  }

  private void publish(UserKey user, String eventId, Instant upTo) {
    try (BehaviorEventPublisher publisher =
        BehaviorEventPublisher.connect(deployment.connection())) {
      var unused = publisher.publish(BehaviorEvents.erasure(eventId, user, upTo)).join();
    } catch (CompletionException e) {
      throw new StackException(
          "the erasure was not taken by the broker (%s): check hydra status and forget again"
              .formatted(e.getCause().getMessage()),
          e.getCause());
    }
  }

  private UserErased await(
      KafkaConsumer<byte[], byte[]> consumer,
      RegistryDeserializer<UserErased> deserializer,
      String eventId,
      Duration patience) {
    long end = nanoTime.getAsLong() + patience.toNanos();
    do {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        try {
          UserErased erased = deserializer.deserialize(record.value());
          if (erased.getEventId().equals(eventId)) {
            return erased;
          }
        } catch (UndecodableRecordException e) {
          // Not ours: the stream processor's records can be read.
          continue;
        }
      }
    } while (nanoTime.getAsLong() < end);
    throw new StackException(
        ("the erasure %s was sent, and not carried out within %d s: it will be once the stream"
                + " processor has come to it; see hydra status")
            .formatted(eventId, patience.toSeconds()));
  }
}
