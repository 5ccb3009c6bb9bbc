package io.hydra.infra.bench.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.stack.Endpoints;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The consumers that people write first: each decodes a query, asks the LLM for one answer, and
 * sends it, before it takes the next query. No model, no record of what was paid for, and no
 * history but for a user's latest events in the prompt, if they are wanted. With an LLM that takes
 * no time they are the ceiling of what is measured beside them.
 */
final class PlainConsumers implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration JOIN = Duration.ofSeconds(30);

  private final SchemaRegistryClient registry;
  private final KafkaProducer<byte[], byte[]> producer;
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI llm;

  /** Of each key, the oldest first, as the prompt has them. */
  private final Map<String, Deque<String>> latest = new HashMap<>();

  private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Returns once each has its partitions.
   *
   * @param llmBaseUrl of an OpenAI-compatible endpoint
   * @param count of consumers in one group, a thread for each; at most one a partition
   * @param events of each user that the prompt holds: the latest of those that are there now
   */
  PlainConsumers(Endpoints endpoints, String llmBaseUrl, int count, int events)
      throws InterruptedException {
    this.registry = RegistryClients.open(endpoints.schemaRegistryUrl());
    this.llm = URI.create(llmBaseUrl + "/chat/completions");
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", endpoints.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    if (events > 0) {
      remember(endpoints, events);
    }
    CountDownLatch joined = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers",
                  endpoints.bootstrapServers(),
                  "group.id",
                  "bench-plain-%d-%d".formatted(count, events),
                  "auto.offset.reset",
                  "latest",
                  // Slow answers must not cost it its partitions.
                  "max.poll.records",
                  1),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      consumer.subscribe(List.of(Topic.QUERIES.topicName()), new Joining(joined));
      consumers.add(consumer);
      Thread thread = new Thread(() -> consume(consumer), "plain-consumer-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    if (!joined.await(JOIN.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the plain consumers got no partitions");
    }
  }

  private void remember(Endpoints endpoints, int most) {
    RegistryDeserializer<BehaviorEvent> events = new RegistryDeserializer<>(registry, Topic.EVENTS);
    try (KafkaConsumer<byte[], byte[]> reader =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", endpoints.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          reader.partitionsFor(Topic.EVENTS.topicName()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
          if (events.deserialize(record.value()).getPayload() instanceof Interaction event) {
            Deque<String> own =
                latest.computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayDeque<>());
            own.add("Text: %s Answer: %s ".formatted(event.getInput(), event.getOutput()));
            if (own.size() > most) {
              own.remove();
            }
          }
        }
      }
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException("an event of the bench cannot be read", e);
    }
  }

  private record Joining(CountDownLatch joined) implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (!partitions.isEmpty()) {
        joined.countDown();
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
  }

  private void consume(KafkaConsumer<byte[], byte[]> consumer) {
    RegistryDeserializer<Query> queries = new RegistryDeserializer<>(registry, Topic.QUERIES);
    RegistrySerializer<Response> responses = new RegistrySerializer<>(registry, Topic.RESPONSES);
    try (consumer) {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Deque<String> known = latest.get(new String(record.key(), UTF_8));
          String events = known == null ? "" : String.join("", known);
          Response response = answer(events, queries.deserialize(record.value()));
          ProducerRecord<byte[], byte[]> reply =
              new ProducerRecord<>(
                  Topic.RESPONSES.topicName(), record.key(), responses.serialize(null, response));
          reply
              .headers()
              .add(
                  HydraHeaders.CORRELATION_ID,
                  record.headers().lastHeader(HydraHeaders.CORRELATION_ID).value());
          var unused = producer.send(reply);
        }
        consumer.commitAsync();
      }
    } catch (WakeupException | InterruptException end) {
      // Asked for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | UndecodableRecordException e) {
      throw new IllegalStateException("a plain consumer cannot go on", e);
    }
  }

  private Response answer(String events, Query query) throws IOException, InterruptedException {
    String body =
        "{\"model\":\"canned\",\"n\":1,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(events + query.getInput());
    HttpRequest request =
        HttpRequest.newBuilder(llm)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body, UTF_8))
            .build();
    String text = http.send(request, BodyHandlers.ofString(UTF_8)).body();
    return Response.newBuilder()
        .setQueryId(query.getQueryId())
        .setTenant(query.getTenant())
        .setUserId(query.getUserId())
        .setTask(query.getTask())
        .setStatus(ResponseStatus.OK)
        .setText(text)
        .setLlmCalls(1)
        .setAnsweredAt(Instant.now())
        .build();
  }

  @Override
  public void close() {
    consumers.forEach(KafkaConsumer::wakeup);
    // One may be waiting for the LLM.
    threads.forEach(Thread::interrupt);
    producer.close(Duration.ZERO);
    try {
      registry.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
