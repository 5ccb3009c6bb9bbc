package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.output.Json;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Forgets a user: sends an erasure and waits for the record that it was carried out. */
@Command(
    name = "forget",
    aliases = "erase",
    description = {
      "Forget all that a user did, in every task: history, heads and recorded answers.",
      "Returns once history and answers are gone; heads follow within a moment.",
      "What the topics themselves hold stays there as long as they keep it."
    })
final class ForgetCommand extends HydraCommand {
  private static final Duration POLL = Duration.ofMillis(100);

  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions who;

  @Option(
      names = "--up-to",
      paramLabel = "TIME",
      description =
          "Forget what occurred then or before, such as 2026-01-31T10:00:00Z and at most a day"
              + " ahead; it stays out for good. Default: now")
  private Instant upTo;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait until it is done. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description =
          "Print {\"eventId\", \"erasedUpTo\", \"performedAt\" (both ISO 8601), \"itemsRemoved\","
              + " \"itemsKept\"}")
  private boolean json;

  /** As {@code --json} prints it. */
  record Summary(
      String eventId, String erasedUpTo, String performedAt, int itemsRemoved, int itemsKept) {}

  @Override
  public Integer call() {
    UserKey user = who.user();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant moment = upTo == null ? now : upTo;
    checkMoment(user, moment, now);
    Deployment deployment = where.deployment();
    deployment.announce("forgetting in", err());
    print(forget(deployment, BehaviorEvents.erasure("forget-" + UUID.randomUUID(), user, moment)));
    return 0;
  }

  /** Refuses what the stream processor would refuse, before anything is sent. */
  private void checkMoment(UserKey user, Instant moment, Instant now) {
    if (moment.isAfter(now.plus(EventRules.MOST_AHEAD))) {
      throw wrongUsage(
          "--up-to lies more than %d hours ahead, and such an erasure would be refused: nothing that far ahead can be remembered either"
              .formatted(EventRules.MOST_AHEAD.toHours()));
    }
    EventRules.problem(BehaviorEvents.erasure("forget", user, moment), now.toEpochMilli())
        .ifPresent(
            problem -> {
              throw wrongUsage("--up-to cannot be that moment: " + problem);
            });
  }

  private UserErased forget(Deployment deployment, BehaviorEvent erasure) {
    try (SchemaRegistryClient registry = deployment.kafka().openRegistry();
        KafkaConsumer<byte[], byte[]> consumer = fromTheEnd(deployment)) {
      deployment.publish(erasure, "the erasure");
      return await(
          consumer, new RegistryDeserializer<>(registry, Topic.ERASURES), erasure.getEventId());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (KafkaException e) {
      throw new UserException("Kafka does not answer: check hydra status", e);
    }
  }

  /** Positioned before the erasure is sent, or its record might be missed. */
  private static KafkaConsumer<byte[], byte[]> fromTheEnd(Deployment deployment) {
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
        throw new UserException(
            "topic %s does not exist: stop the stack and start it with hydra up"
                .formatted(Topic.ERASURES.topicName()));
      }
      consumer.assign(partitions);
      consumer.endOffsets(partitions).forEach(consumer::seek);
      return consumer;
    } catch (KafkaException | UserException e) {
      consumer.close();
      throw e;
    }
  }

  private UserErased await(
      KafkaConsumer<byte[], byte[]> consumer,
      RegistryDeserializer<UserErased> deserializer,
      String eventId) {
    long end = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
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
    } while (System.nanoTime() < end);
    throw new UserException(
        ("the erasure %s was sent, and not carried out within %d s: it will be once the stream"
                + " processor has come to it; see hydra status")
            .formatted(eventId, timeoutSeconds));
  }

  private void print(UserErased erased) {
    int kept = erased.getItemsKept();
    if (json) {
      out()
          .println(
              Json.write(
                  new Summary(
                      erased.getEventId(),
                      erased.getErasedUpTo().toString(),
                      erased.getPerformedAt().toString(),
                      erased.getItemsRemoved(),
                      kept)));
    } else {
      out()
          .printf(
              "forgotten up to %s: %d history items removed, %d kept%n",
              erased.getErasedUpTo(), erased.getItemsRemoved(), kept);
    }
    if (erased.getItemsRemoved() == 0 && kept == 0) {
      err()
          .println(
              "nothing was remembered of this user: if something should have been, check --user and"
                  + " --tenant");
    }
    if (kept > 0) {
      err()
          .printf(
              "%d items are kept since they say that they occurred later: they came in meanwhile,"
                  + " or a sender's clock is ahead. To remove them too, forget again with a later"
                  + " --up-to; nothing that occurs until then will be remembered%n",
              kept);
    }
  }
}
