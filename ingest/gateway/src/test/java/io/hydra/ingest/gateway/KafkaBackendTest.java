package io.hydra.ingest.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.QueryClient;
import io.hydra.ingest.ReplyTo;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.trace.TraceReceiver;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaBackendTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final MockSchemaRegistryClient registry = registry();
  private final MockProducer<String, BehaviorEvent> events =
      new MockProducer<>(
          false, null, new StringSerializer(), new RegistrySerializer<>(registry, Topic.EVENTS));
  private final MockProducer<String, Query> queries =
      new MockProducer<>(
          false, null, new StringSerializer(), new RegistrySerializer<>(registry, Topic.QUERIES));
  private final Outage outage = new Outage("Kafka of KafkaBackendTest");
  private final KafkaBackend backend =
      new KafkaBackend(
          new BehaviorEventPublisher(events, CLOCK),
          client(() -> new byte[16]),
          outage,
          Tracing.OFF);

  @AfterEach
  void close() {
    backend.close();
  }

  private static MockSchemaRegistryClient registry() {
    MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
    SchemaRegistrar.registerAll(registry);
    return registry;
  }

  private QueryClient client(Supplier<byte[]> correlationIds) {
    String topic = Topic.RESPONSES.topicName();
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("latest");
    Node node = new Node(1, "broker", 9092);
    consumer.updatePartitions(
        topic, List.of(new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node})));
    consumer.updateEndOffsets(Map.of(new TopicPartition(topic, 0), 0L));
    return new QueryClient(
        queries,
        consumer,
        new RegistryDeserializer<>(registry, Topic.RESPONSES),
        correlationIds,
        Executors.newSingleThreadScheduledExecutor(),
        CLOCK,
        Duration.ofSeconds(1),
        ReplyTo.RESPONSES,
        seen -> {},
        Duration.ZERO);
  }

  private static BehaviorEvent event(String input) {
    return BehaviorEvents.interaction("e", new UserKey("shop", "ann"), "t", NOW, input, "2");
  }

  private static Query query() {
    return Query.newBuilder()
        .setQueryId("q")
        .setTenant("shop")
        .setUserId("ann")
        .setTask("t")
        .setInput("x")
        .setDeadline(NOW.minusSeconds(5))
        .build();
  }

  private static Refusal refusal(CompletableFuture<?> future) {
    return (Refusal) Failures.unwrap(catchThrowable(future::join));
  }

  @Test
  void anEventIsTakenOnceKafkaHasConfirmedIt() {
    CompletableFuture<Void> taken = backend.publish(event("x"), Map.of());
    assertThat(taken).isNotDone();
    events.completeNext();
    assertThat(taken).isCompleted();
  }

  @Test
  void anEventTakesTheCallersTraceAlong() {
    var unused = backend.publish(event("x"), Map.of("traceparent", "00-1"));
    assertThat(events.history().get(0).headers().lastHeader("traceparent").value())
        .isEqualTo("00-1".getBytes(UTF_8));
  }

  @Test
  void anEventThatBreaksARuleIsRefusedUnderItsName() {
    assertThatThrownBy(() -> backend.publish(event(" "), Map.of()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("interaction.input");
  }

  @Test
  void whatKafkaDoesNotConfirmMayBeSentAgainAndIsAnOutageUntilOneIs() {
    CompletableFuture<Void> lost = backend.publish(event("x"), Map.of());
    events.errorNext(new TimeoutException("10000 ms have passed"));
    assertThat(refusal(lost).type()).isEqualTo(ProblemType.UNAVAILABLE);
    assertThat(outage.isOpen()).isTrue();
    CompletableFuture<Void> taken = backend.publish(event("x"), Map.of());
    events.completeNext();
    assertThat(taken).isCompleted();
    assertThat(outage.isOpen()).isFalse();
  }

  @Test
  void whatKafkaWillNeverTakeIsTold() {
    CompletableFuture<Void> large = backend.publish(event("x"), Map.of());
    events.errorNext(new RecordTooLargeException("too large"));
    assertThat(refusal(large).type()).isEqualTo(ProblemType.TOO_LARGE);
    assertThat(outage.isOpen()).isFalse();
  }

  @Test
  void aQueryWithoutAResponseEndsAtItsDeadline() {
    assertThat(refusal(backend.ask(query(), Map.of("traceparent", "00-1"))).type())
        .isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(queries.history().get(0).headers().lastHeader("traceparent").value())
        .isEqualTo("00-1".getBytes(UTF_8));
  }

  @Test
  void aSpanEndsHoweverItsRecordFails() throws Exception {
    try (TraceReceiver receiver = new TraceReceiver()) {
      Tracing tracing =
          Tracing.open("gateway", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint()));
      QueryClient broken =
          client(
              () -> {
                throw new IllegalStateException("no randomness");
              });
      try (KafkaBackend traced =
          new KafkaBackend(new BehaviorEventPublisher(events, CLOCK), broken, outage, tracing)) {
        assertThatThrownBy(() -> traced.ask(query(), Map.of()))
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> traced.publish(event(" "), Map.of())).isInstanceOf(Refusal.class);
      }
      tracing.close();
      assertThat(receiver.spans())
          .extracting(TraceReceiver.Seen::name, TraceReceiver.Seen::failed)
          .containsExactly(tuple("send hydra.queries", true), tuple("send hydra.events", true));
    }
  }

  @Test
  void aRequestMayTakeAsLongAsTheOperatorSays() {
    KafkaConnection slow =
        new KafkaConnection(
            "localhost:1", "http://localhost:1", Map.of("request.timeout.ms", "20000"));
    try (BehaviorEventPublisher publisher =
        BehaviorEventPublisher.connect(KafkaBackend.connection(slow))) {
      assertThat(publisher).as("a producer with these settings").isNotNull();
    }
    assertThat(
            KafkaBackend.connection(
                    new KafkaConnection("b:1", "", Map.of("delivery.timeout.ms", "9000")))
                .clientProperties())
        .containsEntry("delivery.timeout.ms", "9000");
  }
}
