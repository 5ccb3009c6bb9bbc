package io.hydra.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryClientTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final TopicPartition PARTITION =
      new TopicPartition(Topic.RESPONSES.topicName(), 0);
  private static final long END = 7;
  private static final Duration NO_REST = Duration.ZERO;
  private static final byte UNKNOWN_SCHEMA = 99;

  private final SchemaRegistryClient registry = Registries.registered();
  private final RegistrySerializer<Response> responses =
      new RegistrySerializer<>(registry, Topic.RESPONSES);
  private final MockProducer<String, Query> producer =
      new MockProducer<>(
          true, null, new StringSerializer(), new RegistrySerializer<>(registry, Topic.QUERIES));
  private final MockConsumer<byte[], byte[]> consumer = responseTopic();
  private final ManualScheduler scheduler = new ManualScheduler();
  private final BlockingQueue<ResponseSeen> seen = new LinkedBlockingQueue<>();
  private final AtomicReference<RuntimeException> listenerThrows = new AtomicReference<>();
  private final AtomicInteger correlations = new AtomicInteger();
  private final QueryClient client =
      new QueryClient(
          producer,
          consumer,
          new RegistryDeserializer<>(registry, Topic.RESPONSES),
          () -> ByteBuffer.allocate(16).putInt(correlations.incrementAndGet()).array(),
          scheduler,
          Clock.fixed(NOW, ZoneOffset.UTC),
          Duration.ofSeconds(1),
          ReplyTo.RESPONSES,
          this::listen,
          NO_REST);
  private long nextOffset = END;

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void readingStartsAtTheEndBeforeTheFirstQuery() {
    assertThat(consumer.assignment()).containsExactly(PARTITION);
    assertThat(consumer.position(PARTITION)).isEqualTo(END);
  }

  @Test
  void aQueryIsKeyedByUserAndCarriesItsCorrelationIdAndTheCallersHeaders() {
    var headers = new RecordHeaders().add("traceparent", HydraHeaders.utf8("00-1-2-01"));
    var unused = client.ask(query("q1"), List.of(headers.toArray()));

    assertThat(producer.history())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.topic()).isEqualTo("hydra.queries");
              assertThat(record.key()).isEqualTo("shop:ann");
              assertThat(HydraHeaders.text(record.headers(), HydraHeaders.CORRELATION_ID))
                  .contains("00000001" + "0".repeat(24));
              assertThat(HydraHeaders.text(record.headers(), "traceparent")).contains("00-1-2-01");
            });
  }

  @Test
  void malformedQueryIsRefusedBeforeItIsSent() {
    Query malformed = query("q1");
    malformed.setUserId("an\u200bn");
    assertThatThrownBy(() -> client.ask(malformed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("user_id");
    assertThat(producer.history()).isEmpty();
    assertThat(client.pending()).isZero();
  }

  @Test
  void clientWithAPartitionOfItsOwnReadsThatOneAloneAndAsksForIt() {
    String topic = "shop.replies";
    Node node = new Node(0, "localhost", 9092);
    MockConsumer<byte[], byte[]> mine = new MockConsumer<>("earliest");
    mine.updatePartitions(
        topic,
        IntStream.range(0, 4)
            .mapToObj(p -> new PartitionInfo(topic, p, node, new Node[0], new Node[0]))
            .toList());
    TopicPartition partition = new TopicPartition(topic, 2);
    mine.updateEndOffsets(Map.of(partition, 5L));
    try (QueryClient alone =
        new QueryClient(
            producer,
            mine,
            new RegistryDeserializer<>(registry, Topic.RESPONSES),
            () -> new byte[16],
            new ManualScheduler(),
            Clock.fixed(NOW, ZoneOffset.UTC),
            Duration.ofSeconds(1),
            new ReplyTo(topic, 2),
            seen -> {},
            NO_REST)) {
      var unused = alone.ask(query("q1"));
      assertThat(mine.assignment()).containsExactly(partition);
      var headers = producer.history().get(0).headers();
      assertThat(HydraHeaders.text(headers, HydraHeaders.REPLY_TOPIC)).contains(topic);
      assertThat(headers.lastHeader(HydraHeaders.REPLY_PARTITION).value())
          .containsExactly(0, 0, 0, 2);
    }
  }

  @Test
  void aResponseCompletesTheQueryWithItsCorrelationId() {
    CompletableFuture<Response> first = client.ask(query("q1"));
    CompletableFuture<Response> second = client.ask(query("q2"));

    respond(2, "q2");
    assertThat(second.join().getQueryId()).isEqualTo("q2");
    assertThat(first).isNotDone();
  }

  @Test
  void aResponseUnderAnotherQueryIdIsNotTaken() throws Exception {
    CompletableFuture<Response> answer = client.ask(query("q1"));

    respond(1, "another");
    assertThat(nextSeen().awaited()).isFalse();
    assertThat(answer).isNotDone();
  }

  @Test
  void aResponseThatLeavesOutAMalformedQueryIdIsTaken() {
    CompletableFuture<Response> answer = client.ask(query("q1"));

    respond(1, "");
    assertThat(answer.join().getQueryId()).isEmpty();
  }

  @Test
  void everyResponseIsSeenSoThatASecondAnswerShows() throws Exception {
    var unused = client.ask(query("q1"));
    respond(1, "q1");
    respond(1, "q1");

    assertThat(nextSeen().awaited()).isTrue();
    ResponseSeen again = nextSeen();
    assertThat(again.awaited()).isFalse();
    assertThat(again.response().getQueryId()).isEqualTo("q1");
    assertThat(again.offset()).isEqualTo(END + 1);
  }

  @Test
  void withoutAListenerWhatNobodyWaitsForIsNotEvenDecoded() {
    SchemaRegistryClient away =
        new MockSchemaRegistryClient() {
          @Override
          public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
            if (id == UNKNOWN_SCHEMA) {
              throw new IOException("no connection");
            }
            return registry.getSchemaById(id);
          }
        };
    MockConsumer<byte[], byte[]> mine = responseTopic();
    try (QueryClient unheard = unheard(mine, away, NO_REST)) {
      byte[] others = ByteBuffer.allocate(6).put(1, new byte[] {0, 0, 0, UNKNOWN_SCHEMA}).array();
      append(mine, correlationIs(2), others);
      CompletableFuture<Response> answer = unheard.ask(query("q1"));
      append(mine, correlationIs(1), responses.serialize(PARTITION.topic(), response("q1")));
      assertThat(answer.join().getQueryId()).isEqualTo("q1");
    }
  }

  @Test
  void aQueryEndsTheRestOfAClientThatWaitsForNothing() {
    MockConsumer<byte[], byte[]> mine = responseTopic();
    try (QueryClient unheard = unheard(mine, registry, Duration.ofHours(1))) {
      while (!isResting()) {
        Thread.onSpinWait();
      }
      append(mine, correlationIs(1), responses.serialize(PARTITION.topic(), response("q1")));
      assertThat(unheard.ask(query("q1")).join().getQueryId()).isEqualTo("q1");
    }
  }

  @Test
  void aClientThatRestsIsClosedAtOnce() {
    MockConsumer<byte[], byte[]> mine = responseTopic();
    QueryClient unheard = unheard(mine, registry, Duration.ofHours(1));
    while (!isResting()) {
      Thread.onSpinWait();
    }
    unheard.close();
    assertThat(mine.closed()).isTrue();
  }

  @Test
  void aQueryThatTheAppGivesUpIsNotWaitedFor() {
    assertThat(client.ask(query("q1")).cancel(true)).isTrue();
    assertThat(client.pending()).isZero();
  }

  @Test
  void aQueryWithoutResponseFailsAGraceAfterItsDeadline() {
    CompletableFuture<Response> answer = client.ask(query("q1"));

    ManualScheduler.Task timeout = scheduler.tasks.get(0);
    assertThat(timeout.delayMillis()).isEqualTo(10_000 + 1_000);
    timeout.action().run();
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            QueryTimeoutException.class, e -> assertThat(e.queryId()).isEqualTo("q1"));
    assertThat(client.pending()).isZero();
  }

  @Test
  void aDeadlineLongPastIsGivenUpAtOnce() {
    scheduler.fireAtOnce = true;
    assertThat(client.ask(query("q1"))).isCompletedExceptionally();
    assertThat(client.pending()).isZero();
  }

  @Test
  void aDeadlineThatIsLeftToServingIsWaitedForTenMinutes() {
    Query query = query("q1");
    query.setDeadline(Instant.EPOCH);
    var unused = client.ask(query);
    assertThat(scheduler.tasks.get(0).delayMillis()).isEqualTo(600_000 + 1_000);
  }

  @Test
  void anUndecodableResponseFailsItsQueryAndReadingGoesOn() {
    CompletableFuture<Response> first = client.ask(query("q1"));
    CompletableFuture<Response> second = client.ask(query("q2"));

    append(1, new byte[] {9, 9, 9, 9, 9, 9});
    respond(2, "q2");
    second.join();
    assertThat(first)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void aDeadConsumerFailsWhatIsPendingAndWhatIsAskedLater() {
    CompletableFuture<Response> before = client.ask(query("q1"));
    consumer.setPollException(new KafkaException("not authorized"));
    assertThatThrownBy(before::join).hasCauseInstanceOf(KafkaException.class);
    assertThat(client.ask(query("q2"))).isCompletedExceptionally();
  }

  @Test
  void aClientThatTheBrokersRefuseForAWhileReadsOn() throws Exception {
    for (KafkaException refusal :
        List.of(
            new TopicAuthorizationException(PARTITION.topic()),
            new SaslAuthenticationException("expired"))) {
      consumer.schedulePollTask(
          () -> {
            throw refusal;
          });
    }
    CompletableFuture<Response> answer = client.ask(query("q1"));
    respond(1, "q1");
    assertThat(answer.get().getQueryId()).isEqualTo("q1");
  }

  @Test
  void aDeadlineHoweverLongAgoTimesOutAtOnce() {
    Query query = query("q1");
    query.setDeadline(Instant.ofEpochMilli(Long.MIN_VALUE));
    var unused = client.ask(query);
    assertThat(scheduler.tasks.get(0).delayMillis()).isZero();
  }

  @Test
  void aListenerThatThrowsStopsNoReading() throws Exception {
    listenerThrows.set(new IllegalStateException("the listener's own trouble"));
    CompletableFuture<Response> first = client.ask(query("q1"));
    CompletableFuture<Response> second = client.ask(query("q2"));

    respond(1, "q1");
    respond(2, "q2");
    assertThat(first.get().getQueryId()).isEqualTo("q1");
    assertThat(second.get().getQueryId()).isEqualTo("q2");
    assertThat(List.of(nextSeen(), nextSeen())).allMatch(ResponseSeen::awaited);
  }

  @Test
  void anUndecodableResponseWhoseCorrelationIdHasNoValueIsSkipped() throws Exception {
    CompletableFuture<Response> answer = client.ask(query("q1"));

    append(
        new RecordHeaders().add(HydraHeaders.CORRELATION_ID, null), new byte[] {9, 9, 9, 9, 9, 9});
    respond(1, "q1");
    assertThat(answer.get().getQueryId()).isEqualTo("q1");
  }

  @Test
  void whateverEndsTheReadingFailsWhatIsPendingAndWhatIsAskedLater() {
    CompletableFuture<Response> before = client.ask(query("q1"));
    RuntimeException bug = new IllegalStateException("no exception of Kafka's");
    consumer.schedulePollTask(
        () -> {
          throw bug;
        });
    assertThat(before).failsWithin(Duration.ofSeconds(30)).withThrowableThat().withCause(bug);
    assertThat(client.ask(query("q2"))).isCompletedExceptionally();
  }

  @Test
  void aClientThatCannotStartClosesWhatItOwns() {
    MockConsumer<byte[], byte[]> nothing = new MockConsumer<>("earliest");
    MockProducer<String, Query> sender =
        new MockProducer<>(
            true, null, new StringSerializer(), new RegistrySerializer<>(registry, Topic.QUERIES));
    ManualScheduler timeouts = new ManualScheduler();

    assertThatThrownBy(
            () ->
                new QueryClient(
                    sender,
                    nothing,
                    new RegistryDeserializer<>(registry, Topic.RESPONSES),
                    () -> new byte[16],
                    timeouts,
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    Duration.ofSeconds(1),
                    ReplyTo.RESPONSES,
                    response -> {},
                    NO_REST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not exist");
    assertThat(nothing.closed()).isTrue();
    assertThat(sender.closed()).isTrue();
    assertThat(timeouts.isShutdown()).isTrue();
  }

  @Test
  void aClosedClientFailsWhatIsPending() {
    CompletableFuture<Response> answer = client.ask(query("q1"));
    client.close();
    assertThat(answer).isCompletedExceptionally();
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void aClosedClientFailsWhatIsAskedLater() {
    client.close();
    assertThat(client.ask(query("q1")))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .withMessageContaining("closed");
    assertThat(client.pending()).isZero();
  }

  @Test
  void aMalformedUserIsRefused() {
    Query malformed = Query.newBuilder(query("q1")).setTenant("a:b").build();
    assertThatThrownBy(() -> client.ask(malformed)).isInstanceOf(IllegalArgumentException.class);
  }

  private void listen(ResponseSeen response) {
    seen.add(response);
    if (listenerThrows.get() != null) {
      throw listenerThrows.get();
    }
  }

  private ResponseSeen nextSeen() throws InterruptedException {
    return seen.take();
  }

  /** A client without a listener. */
  private QueryClient unheard(
      MockConsumer<byte[], byte[]> mine, SchemaRegistryClient schemas, Duration rest) {
    return new QueryClient(
        producer,
        mine,
        new RegistryDeserializer<>(schemas, Topic.RESPONSES),
        () -> ByteBuffer.allocate(16).putInt(1).array(),
        new ManualScheduler(),
        Clock.fixed(NOW, ZoneOffset.UTC),
        Duration.ofSeconds(1),
        ReplyTo.RESPONSES,
        null,
        rest);
  }

  private static boolean isResting() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> LockSupport.getBlocker(thread) instanceof TopicReader);
  }

  private void respond(int correlation, String queryId) {
    append(correlation, responses.serialize(Topic.RESPONSES.topicName(), response(queryId)));
  }

  private static Response response(String queryId) {
    return Response.newBuilder()
        .setQueryId(queryId)
        .setTenant("shop")
        .setUserId("ann")
        .setTask("LaMP_3")
        .setStatus(ResponseStatus.OK)
        .setText("2")
        .setAnsweredAt(NOW)
        .build();
  }

  private void append(int correlation, byte[] value) {
    append(consumer, correlationIs(correlation), value);
  }

  private static Headers correlationIs(int correlation) {
    return new RecordHeaders()
        .add(
            HydraHeaders.CORRELATION_ID,
            HydraHeaders.utf8("%08x".formatted(correlation) + "0".repeat(24)));
  }

  private void append(Headers headers, byte[] value) {
    append(consumer, headers, value);
  }

  private void append(MockConsumer<byte[], byte[]> to, Headers headers, byte[] value) {
    var record =
        new ConsumerRecord<byte[], byte[]>(
            PARTITION.topic(),
            PARTITION.partition(),
            nextOffset++,
            NOW.toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            value.length,
            null,
            value,
            headers,
            Optional.empty());
    to.schedulePollTask(() -> to.addRecord(record));
  }

  private static Query query(String id) {
    return Query.newBuilder()
        .setQueryId(id)
        .setTenant("shop")
        .setUserId("ann")
        .setTask("LaMP_3")
        .setInput("Stays in tune.")
        .setDeadline(NOW.plusSeconds(10))
        .build();
  }

  private static MockConsumer<byte[], byte[]> responseTopic() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions(
        PARTITION.topic(),
        List.of(new PartitionInfo(PARTITION.topic(), PARTITION.partition(), null, null, null)));
    consumer.updateEndOffsets(Map.of(PARTITION, END));
    return consumer;
  }
}
