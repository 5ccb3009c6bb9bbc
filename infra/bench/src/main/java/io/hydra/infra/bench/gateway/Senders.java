package io.hydra.infra.bench.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.bench.load.BenchProducer;
import io.hydra.infra.bench.load.Pace;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Three ways of bringing the same events into the topic. Users and texts are the same for all; ids
 * are counted on.
 */
final class Senders implements AutoCloseable {
  private static final int USERS = 1_000;
  private static final int ACCEPTED = 202;
  private static final String TASK = "bench";
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private final BenchProducer bare;
  private final BehaviorEventPublisher client;
  private final SchemaRegistryClient registry;
  private final RegistrySerializer<BehaviorEvent> serializer;
  private final URI address;
  private final String key;
  private final String text;
  private final int batch;
  private final int connections;
  private final ExecutorService threads;
  private final HttpClient http = HttpClient.newHttpClient();
  private long ids;

  Senders(Endpoints endpoints, String key, int textBytes, int batch, int connections) {
    this.bare =
        new BenchProducer(
            endpoints.bootstrapServers(),
            // The client's own settings.
            Map.of("acks", "all", "linger.ms", 2, "batch.size", 65_536, "compression.type", "lz4"));
    this.client =
        BehaviorEventPublisher.connect(
            new HydraConnection(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl()));
    this.registry = RegistryClients.open(endpoints.schemaRegistryUrl());
    this.serializer = new RegistrySerializer<>(registry, Topic.EVENTS);
    this.address = URI.create(endpoints.gatewayUrl() + "/v1/events");
    this.key = key;
    this.text = "word ".repeat(textBytes / 5 + 1).substring(0, textBytes).strip() + ".";
    this.batch = batch;
    this.connections = connections;
    this.threads = Executors.newFixedThreadPool(connections);
  }

  private List<BehaviorEvent> events(int events) {
    return Stream.generate(this::event).limit(events).toList();
  }

  private BehaviorEvent event() {
    long id = ++ids;
    UserKey user = new UserKey(GatewayKey.TENANT, "user-" + id % USERS);
    return BehaviorEvents.interaction(Long.toHexString(id), user, TASK, AT, text, "2");
  }

  /** Acknowledged events a second of a producer that is given bytes. */
  double bare(int events) {
    List<ProducerRecord<byte[], byte[]>> records = events(events).stream().map(this::wire).toList();
    long start = System.nanoTime();
    records.forEach(bare::send);
    bare.flush();
    return rate(events, start);
  }

  /** The same of a producer that makes the bytes from records, which an app cannot do without. */
  double serializing(int events) {
    List<BehaviorEvent> records = events(events);
    long start = System.nanoTime();
    records.forEach(record -> bare.send(wire(record)));
    bare.flush();
    return rate(events, start);
  }

  private ProducerRecord<byte[], byte[]> wire(BehaviorEvent event) {
    return new ProducerRecord<>(
        Topic.EVENTS.topicName(),
        (event.getTenant() + ":" + event.getUserId()).getBytes(StandardCharsets.UTF_8),
        serializer.serialize(null, event));
  }

  /** Acknowledged events a second of the Java client, which is given records. */
  double client(int events) {
    List<BehaviorEvent> records = events(events);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    long start = System.nanoTime();
    for (BehaviorEvent record : records) {
      var unused =
          client.publish(record).whenComplete((metadata, e) -> failed.compareAndSet(null, e));
    }
    client.flush();
    if (failed.get() != null) {
      throw failure(failed.get());
    }
    return rate(events, start);
  }

  /** Acknowledged events a second of the gateway, by as many connections as may be. */
  double gateway(int events) throws InterruptedException {
    List<HttpRequest> all =
        Stream.generate(this::request).limit(Math.max(1, events / batch)).toList();
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      done.add(
          threads.submit(
              () -> {
                for (int n = next.getAndIncrement(); n < all.size(); n = next.getAndIncrement()) {
                  send(all.get(n));
                }
                return null;
              }));
    }
    await(done);
    return rate(all.size() * batch, start);
  }

  /** Time from when each request was due to its reply, in ns. */
  List<Long> gatewayAt(int perSecond, Duration time) throws InterruptedException {
    long pause = (long) (Pace.NANOS * batch / perSecond);
    int requests = (int) (time.toNanos() / pause);
    List<Long> latencies = Collections.synchronizedList(new ArrayList<>(requests));
    List<Future<?>> done = new ArrayList<>(requests);
    long start = System.nanoTime();
    for (int i = 0; i < requests; i++) {
      HttpRequest request = request();
      long due = start + i * pause;
      Pace.awaitNanos(due);
      done.add(
          threads.submit(
              () -> {
                send(request);
                latencies.add(System.nanoTime() - due);
                return null;
              }));
    }
    await(done);
    return latencies;
  }

  private HttpRequest request() {
    ArrayNode body = JsonNodeFactory.instance.arrayNode();
    for (BehaviorEvent event : events(batch)) {
      body.addObject()
          .put("event_id", event.getEventId())
          .put("user_id", event.getUserId())
          .put("task", TASK)
          .put("occurred_at", AT.toEpochMilli())
          .putObject("interaction")
          .put("input", text)
          .put("output", "2");
    }
    return HttpRequest.newBuilder(address)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
        .build();
  }

  private void send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (reply.statusCode() != ACCEPTED) {
      throw new IOException("the gateway answered " + reply.statusCode() + ": " + reply.body());
    }
  }

  private static void await(List<Future<?>> all) throws InterruptedException {
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      }
    }
  }

  private static double rate(int events, long start) {
    return events * Pace.NANOS / (System.nanoTime() - start);
  }

  private static UserException failure(Throwable cause) {
    return new UserException("events were not taken: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.close();
    bare.close();
    try {
      registry.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
