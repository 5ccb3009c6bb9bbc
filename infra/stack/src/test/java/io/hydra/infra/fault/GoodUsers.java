package io.hydra.infra.fault;

import io.hydra.infra.trials.corpus.Wire;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One user on each partition, who does something every second and asks something every other. */
final class GoodUsers implements AutoCloseable {
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final int DELIVERY_MS = 1_200_000;

  private final Wire wire;
  private final String task;
  private final Duration patience;
  private final List<UserKey> users;
  private final List<BehaviorEvent> events = new ArrayList<>();
  private final Map<UserKey, List<Query>> queries = new HashMap<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread thread = new Thread(this::act, "good-users");

  /**
   * @param patience from a query to its deadline
   */
  GoodUsers(String bootstrapServers, Wire wire, String task, int partitions, Duration patience) {
    this.wire = wire;
    this.task = task;
    this.patience = patience;
    this.users = TrialStack.onePerPartition("good", partitions);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "delivery.timeout.ms",
                DELIVERY_MS,
                "max.block.ms",
                DELIVERY_MS),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    thread.setDaemon(true);
    thread.start();
  }

  private void act() {
    try {
      for (int round = 0; !closed.await(ROUND.toMillis(), TimeUnit.MILLISECONDS); round++) {
        for (UserKey user : users) {
          send(Topic.EVENTS, user, event(user, round));
          if (round % 2 == 0) {
            send(Topic.QUERIES, user, query(user, round));
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] event(UserKey user, int round) {
    BehaviorEvent event =
        BehaviorEvents.interaction(
            "e" + round, user, task, Instant.now(), "a note of round " + round, "travel");
    synchronized (this) {
      events.add(event);
    }
    return wire.value(Topic.EVENTS, event);
  }

  private byte[] query(UserKey user, int round) {
    Query query =
        Query.newBuilder()
            .setQueryId("q%05d".formatted(round))
            .setTenant(user.tenant())
            .setUserId(user.userId())
            .setTask(task)
            .setInput("a note on round " + round)
            .setDeadline(Instant.now().plus(patience))
            .build();
    synchronized (this) {
      queries.computeIfAbsent(user, u -> new ArrayList<>()).add(query);
    }
    return wire.value(Topic.QUERIES, query);
  }

  private void send(Topic topic, UserKey user, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic.topicName(), key(user), value),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private static byte[] key(UserKey user) {
    return user.recordKey().getBytes(StandardCharsets.UTF_8);
  }

  List<UserKey> users() {
    return users;
  }

  synchronized List<BehaviorEvent> events() {
    return List.copyOf(events);
  }

  synchronized List<Query> queries(UserKey user) {
    return List.copyOf(queries.getOrDefault(user, List.of()));
  }

  /** Returns when all that they sent is on the topics. */
  @Override
  public void close() throws InterruptedException {
    closed.countDown();
    thread.join();
    producer.close();
    if (failure.get() != null) {
      throw new IllegalStateException("a good user's record was not taken", failure.get());
    }
  }
}
