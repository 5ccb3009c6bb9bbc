package io.hydra.infra.bench.gateway;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Three ways of bringing the same events into the topic. Users and texts are the same for all; ids
 * are counted on.
 */
final class Senders implements AutoCloseable {
  private static final int USERS = 1_000;
  private static final int ACCEPTED = 202;
  private static final String TASK = "bench";
  private static final double NANOS = 1e9;
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private final KafkaProducer<byte[], byte[]> bare;
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
  private final AtomicLong ids = new AtomicLong();

  Senders(Endpoints endpoints, String key, int textBytes, int batch, int connections) {
    this.bare =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                endpoints.bootstrapServers(),
                "acks",
                "all",
                "linger.ms",
                2,
                "compression.type",
                "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
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

  private BehaviorEvent event(long id) {
    return BehaviorEvents.interaction(
        Long.toHexString(id),
        new UserKey(GatewayKey.TENANT, "user-" + id % USERS),
        TASK,
        AT,
        text,
        "2");
  }

  /** Acknowledged events a second of a producer that is given bytes. */
  double bare(int events) {
    List<ProducerRecord<byte[], byte[]>> records = events(events).stream().map(this::wire).toList();
    AtomicReference<Exception> failed = new AtomicReference<>();
    long start = System.nanoTime();
    for (ProducerRecord<byte[], byte[]> record : records) {
      var unused = bare.send(record, (metadata, e) -> failed.compareAndSet(null, e));
    }
    bare.flush();
    return rate(events, start, failed.get());
  }

  /** The same of a producer that makes the bytes from records, which an app cannot do without. */
  double serializing(int events) {
    List<BehaviorEvent> records = events(events);
    AtomicReference<Exception> failed = new AtomicReference<>();
    long start = System.nanoTime();
    for (BehaviorEvent record : records) {
      var unused = bare.send(wire(record), (metadata, e) -> failed.compareAndSet(null, e));
    }
    bare.flush();
    return rate(events, start, failed.get());
  }

  private List<BehaviorEvent> events(int events) {
    List<BehaviorEvent> records = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      records.add(event(ids.incrementAndGet()));
    }
    return records;
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
    return rate(events, start, failed.get());
  }

  /** Acknowledged events a second of the gateway, by as many connections as may be. */
  double gateway(int events) throws InterruptedException {
    int requests = Math.max(1, events / batch);
    List<HttpRequest> all = new ArrayList<>(requests);
    for (int i = 0; i < requests; i++) {
      all.add(request());
    }
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    List<Future<?>> done = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      done.add(
          threads.submit(
              () -> {
                for (int n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                  send(all.get(n));
                }
                return null;
              }));
    }
    await(done);
    return rate(requests * batch, start, null);
  }

  /** Time from when each request was due to its reply, in ns. */
  List<Long> gatewayAt(int perSecond, Duration time) throws InterruptedException {
    long pause = (long) (NANOS * batch / perSecond);
    int requests = (int) (time.toNanos() / pause);
    List<Long> latencies = Collections.synchronizedList(new ArrayList<>(requests));
    List<Future<?>> done = new ArrayList<>(requests);
    long start = System.nanoTime();
    for (int i = 0; i < requests; i++) {
      HttpRequest request = request();
      long due = start + i * pause;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
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
    StringBuilder body = new StringBuilder("[");
    for (int i = 0; i < batch; i++) {
      long id = ids.incrementAndGet();
      body.append(i == 0 ? "" : ",")
          .append("{\"event_id\":\"")
          .append(Long.toHexString(id))
          .append("\",\"user_id\":\"user-")
          .append(id % USERS)
          .append("\",\"task\":\"")
          .append(TASK)
          .append("\",\"occurred_at\":")
          .append(AT.toEpochMilli())
          .append(",\"interaction\":{\"input\":\"")
          .append(text)
          .append("\",\"output\":\"2\"}}");
    }
    return HttpRequest.newBuilder(address)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.append(']').toString()))
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

  private static double rate(int events, long start, Throwable failed) {
    if (failed != null) {
      throw failure(failed);
    }
    return events * NANOS / (System.nanoTime() - start);
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
