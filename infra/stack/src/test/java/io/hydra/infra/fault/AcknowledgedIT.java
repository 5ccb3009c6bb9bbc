package io.hydra.infra.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events through the gateway while the broker is killed twice and the gateway once: each one that
 * was acknowledged is in the topic, under its id and with its content. A batch whose reply was lost
 * is sent again, so the topic may hold an event twice; both records are the same event, and a
 * history keeps one. {@code -Dhydra.acknowledged.events=1000000} sends more than the usual 20,000.
 */
class AcknowledgedIT {
  private static final int EVENTS = Integer.getInteger("hydra.acknowledged.events", 20_000);
  private static final int BATCH = 100;
  private static final int SENDERS = 4;
  private static final Duration LOOK = Duration.ofMillis(1);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int ACCEPTED = 202;

  @TempDir static Path dir;

  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong sentAgain = new AtomicLong();

  /** By event, true once the gateway has acknowledged it; guarded by itself. */
  private final BitSet confirmed = new BitSet(EVENTS);

  @Test
  void whatIsAcknowledgedIsInTheTopic() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.create(TrialStack.withoutLlm(dir), line -> {})) {
      stack.startInfrastructure();
      stack.startGateway(Map.of("HYDRA_GATEWAY_RATE_LIMIT", "1000000"));
      Endpoints endpoints = stack.endpoints();
      URI address = URI.create(endpoints.gatewayUrl() + "/v1/events");
      String key = GatewayKey.read(dir);
      ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
      List<Future<?>> sending = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        sending.add(senders.submit(() -> sendAll(address, key)));
      }
      try {
        strikeAt(EVENTS / 5, Component.BROKER, stack);
        strikeAt(2 * EVENTS / 5, Component.GATEWAY, stack);
        strikeAt(3 * EVENTS / 5, Component.BROKER, stack);
        for (Future<?> sender : sending) {
          sender.get();
        }
      } finally {
        senders.shutdownNow();
      }
      assertThat(confirmed.cardinality())
          .as("every event is acknowledged in the end")
          .isEqualTo(EVENTS);
      check(endpoints);
    }
  }

  private void strikeAt(int events, Component component, EmbeddedStack stack)
      throws InterruptedException {
    Await.until(events + " acknowledged", LOOK, () -> acknowledged.get() >= events);
    stack.restart(component);
  }

  private void sendAll(URI address, String key) {
    for (int first = batches.getAndIncrement() * BATCH;
        first < EVENTS;
        first = batches.getAndIncrement() * BATCH) {
      HttpRequest request = request(address, key, first);
      while (!send(request, first)) {
        sentAgain.addAndGet(BATCH);
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Notes what was acknowledged; tells whether all of the batch was. */
  private boolean send(HttpRequest request, int first) {
    try {
      HttpResponse<String> reply = http.send(request, BodyHandlers.ofString());
      if (reply.statusCode() == ACCEPTED || reply.body().contains("\"events\"")) {
        Reply told = Json.parse(reply.body(), Reply.class);
        synchronized (confirmed) {
          for (int i = 0; i < told.events().size(); i++) {
            if (told.events().get(i).status() == ACCEPTED) {
              confirmed.set(first + i);
            }
          }
          acknowledged.set(confirmed.cardinality());
        }
      }
      return reply.statusCode() == ACCEPTED;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The part of the gateway's reply that matters here. */
  record Reply(List<One> events) {}

  record One(int status) {}

  private static HttpRequest request(URI address, String key, int first) {
    StringBuilder body = new StringBuilder();
    for (int i = first; i < Math.min(EVENTS, first + BATCH); i++) {
      body.append(
          "{\"event_id\":\"%d\",\"user_id\":\"u%d\",\"task\":\"trial\",\"occurred_at\":\"2026-01-01T00:00:00Z\",\"interaction\":{\"input\":\"%s\",\"output\":\"2\"}}\n"
              .formatted(i, i % 1_000, content(i)));
    }
    return HttpRequest.newBuilder(address)
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/x-ndjson")
        .POST(BodyPublishers.ofString(body.toString()))
        .build();
  }

  private static String content(int event) {
    return "the content of event " + event;
  }

  private static BehaviorEvent decode(
      RegistryDeserializer<BehaviorEvent> deserializer, byte[] value) {
    try {
      return deserializer.deserialize(value);
    } catch (UndecodableRecordException e) {
      throw new AssertionError(e);
    }
  }

  private void check(Endpoints endpoints) throws IOException {
    BitSet found = new BitSet(EVENTS);
    AtomicLong twice = new AtomicLong();
    try (SchemaRegistryClient registry = RegistryClients.open(endpoints.schemaRegistryUrl())) {
      RegistryDeserializer<BehaviorEvent> deserializer =
          new RegistryDeserializer<>(registry, Topic.EVENTS);
      new Topics(endpoints.bootstrapServers())
          .each(
              Topic.EVENTS,
              Map.of(),
              record -> {
                BehaviorEvent event = decode(deserializer, record.value());
                int id = Integer.parseInt(event.getEventId());
                assertThat(event.getPayload())
                    .as("an id is of one event alone")
                    .isEqualTo(new Interaction(content(id), "2", null));
                if (found.get(id)) {
                  twice.incrementAndGet();
                }
                found.set(id);
              });
    }
    System.out.printf(
        "%,d events acknowledged, %,d sent again, %,d records are repeats in the topic%n",
        EVENTS, sentAgain.get(), twice.get());
    BitSet lost = (BitSet) confirmed.clone();
    lost.andNot(found);
    assertThat(lost.cardinality()).as("acknowledged and not in the topic").isZero();
    assertThat(twice.get())
        .as("no more repeats than events that were sent again")
        .isLessThanOrEqualTo(sentAgain.get());
  }
}
