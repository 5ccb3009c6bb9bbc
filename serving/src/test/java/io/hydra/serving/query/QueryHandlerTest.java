package io.hydra.serving.query;

import static io.hydra.schemas.topic.HydraHeaders.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.consume.Accepted;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.testing.AnswerFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryHandlerTest {
  private static final String RESPONSES = Topic.RESPONSES.topicName();
  private static final byte[] KEY = utf8(AnswerFixture.ANN.asRecordKey());

  private final SizedProducer producer = new SizedProducer();
  private final FlakyRegistry registry = new FlakyRegistry();
  private final RecordHeaders headers = new RecordHeaders();
  private AnswerFixture fixture;
  private QueryHandler handler;
  private boolean revoked;
  private boolean brokerAway;

  @BeforeEach
  void start() throws IOException {
    fixture = new AnswerFixture();
    SchemaRegistrar.registerAll(registry);
    handler =
        new QueryHandler(
            () -> new RegistryDeserializer<>(registry, Topic.QUERIES),
            fixture.answerer,
            new ReplyRouter(RESPONSES, Set.of(), topic -> partitions()),
            new Outbox(producer, Runnable::run, fixture.time, AnswerFixture.BACKOFF),
            Runnable::run,
            fixture.time,
            AnswerFixture.BACKOFF,
            fixture.time::nanos);
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  @Test
  void aQueryIsHandledOnceItsResponseIsAcknowledged() {
    fixture.llm.answers("red", "red", "red");
    headers.add(HydraHeaders.CORRELATION_ID, new byte[] {0, 1, -1});
    headers.add(HydraHeaders.REPLY_PARTITION, ByteBuffer.allocate(4).putInt(3).array());
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    assertThat(handled).isNotDone();
    ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
    assertThat(sent.topic()).isEqualTo(RESPONSES);
    assertThat(sent.partition()).isEqualTo(3);
    assertThat(sent.key()).isEqualTo(KEY);
    assertThat(sent.headers().lastHeader(HydraHeaders.CORRELATION_ID).value())
        .isEqualTo(new byte[] {0, 1, -1});
    assertThat(response(sent).getStatus()).isEqualTo(ResponseStatus.OK);
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aRedeliveryIsByteIdenticalHeadersIncluded() {
    fixture.llm.answers("red", "red", "red");
    byte[] query = bytes(fixture.query("q").build());
    CompletableFuture<Void> once = handle(query);
    fixture.time.advance(Duration.ofSeconds(3));
    assertThat(handle(query)).isNotSameAs(once);
    ProducerRecord<byte[], byte[]> first = producer.history().get(0);
    ProducerRecord<byte[], byte[]> second = producer.history().get(1);
    assertThat(second.value()).isEqualTo(first.value());
    assertThat(second.key()).isEqualTo(first.key());
    assertThat(second.headers()).isEqualTo(first.headers());
  }

  @Test
  void whatCannotBeDecodedIsADeadLetterAcknowledgedBeforeItCounts() {
    byte[] garbage = {1, 2, 3};
    headers.add("mine", utf8("kept"));
    CompletableFuture<Void> handled = handle(garbage);
    assertThat(handled).isNotDone();
    ProducerRecord<byte[], byte[]> letter = producer.history().get(0);
    assertThat(letter.topic()).isEqualTo(Topic.QUERIES_DLQ.topicName());
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).isEqualTo(garbage);
    assertThat(HydraHeaders.text(letter.headers(), "mine")).hasValue("kept");
    assertThat(HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_OFFSET)).hasValue("7");
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aTombstoneIsADeadLetter() {
    assertThat(handle(null)).isNotDone();
    assertThat(producer.history().get(0).topic()).isEqualTo(Topic.QUERIES_DLQ.topicName());
  }

  @Test
  void aDeadLetterTooLargeForItsTopicGoesWithoutItsValue() {
    CompletableFuture<Void> handled = handle(new byte[] {1, 2, 3});
    producer.errorNext(new RecordTooLargeException());
    assertThat(producer.history().get(1).value()).isNull();
    assertThat(HydraHeaders.text(producer.history().get(1).headers(), DeadLetters.DROPPED))
        .hasValue(DeadLetters.VALUE);
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aResponseTooLargeForItsTopicBecomesATypedFailure() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    producer.errorNext(new RecordTooLargeException());
    assertThat(response(producer.history().get(1)).getStatus())
        .isEqualTo(ResponseStatus.INTERNAL_ERROR);
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aQueryWithAVeryLargeKeyIsRefusedAndCounts() {
    CompletableFuture<Void> handled =
        handle(new byte[600 * 1024], bytes(fixture.query("q").build()));
    assertThat(producer.history()).hasSize(1);
    ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
    assertThat(response(sent).getStatus()).isEqualTo(ResponseStatus.INVALID_QUERY);
    assertThat(sent.headers().lastHeader(HydraHeaders.CE_SUBJECT)).isNull();
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aQueryWithAVeryLargeTaskIsRefusedAndCounts() {
    CompletableFuture<Void> handled =
        handle(bytes(fixture.query("q").setTask("x".repeat(SizedProducer.LIMIT)).build()));
    assertThat(producer.history()).hasSize(1);
    Response refused = response(producer.history().get(0));
    assertThat(refused.getStatus()).isEqualTo(ResponseStatus.UNKNOWN_TASK);
    assertThat(refused.getTask()).isEmpty();
    assertThat(refused.getQueryId()).isEqualTo("q");
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aQueryWhoseKeyFitsNoResponseIsADeadLetterOfItsOriginAlone() {
    headers.add("mine", new byte[SizedProducer.LIMIT]);
    CompletableFuture<Void> handled =
        handle(new byte[SizedProducer.LIMIT], bytes(fixture.query("q").build()));
    assertThat(handled).isNotDone();
    assertOriginAlone();
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aDeadLetterTooLargeEvenWithoutItsValueTellsItsOriginAlone() {
    headers.add("mine", new byte[3 * SizedProducer.LIMIT]);
    CompletableFuture<Void> handled =
        handle(new byte[3 * SizedProducer.LIMIT], new byte[] {1, 2, 3});
    assertThat(handled).isNotDone();
    assertOriginAlone();
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aVeryLargeCorrelationIdIsLeftBehindAndSaid() {
    fixture.llm.answers("red", "red", "red");
    headers.add(HydraHeaders.CORRELATION_ID, new byte[SizedProducer.LIMIT]);
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
    assertThat(response(sent).getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(response(sent).getText()).isEqualTo("red");
    assertThat(sent.headers().lastHeader(HydraHeaders.CORRELATION_ID)).isNull();
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void anAbsentBrokerThatKnowsTheReplyTopicIsWaitedFor() {
    fixture.llm.answers("red", "red", "red");
    headers.add(HydraHeaders.REPLY_PARTITION, ByteBuffer.allocate(4).putInt(3).array());
    brokerAway = true;
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    fixture.time.advance(Duration.ofSeconds(10));
    assertThat(handled).isNotDone();
    assertThat(producer.history()).isEmpty();
    brokerAway = false;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(producer.history().get(0).partition()).isEqualTo(3);
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void anAbsentRegistryIsWaitedFor() {
    byte[] query = bytes(fixture.query("q").setInput(" ").build());
    registry.away = true;
    CompletableFuture<Void> handled = handle(query);
    fixture.time.advance(Duration.ofSeconds(10));
    assertThat(producer.history()).isEmpty();
    registry.away = false;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(response(producer.history().get(0)).getStatus())
        .isEqualTo(ResponseStatus.INVALID_QUERY);
    assertThat(handled).isNotDone();
  }

  @Test
  void aRevokedQueryIsNeitherAskedNorProduced() {
    revoked = true;
    assertThat(handle(bytes(fixture.query("q").build()))).isCompleted();
    assertThat(fixture.llm.requests()).isEmpty();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aTopicThatMayNotBeWrittenEndsTheProcess() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    producer.errorNext(new TopicAuthorizationException(RESPONSES));
    assertThat(handled).isCompletedExceptionally();
  }

  private int partitions() {
    if (brokerAway) {
      throw new TimeoutException("no metadata");
    }
    return 4;
  }

  private void assertOriginAlone() {
    assertThat(producer.history()).hasSize(1);
    ProducerRecord<byte[], byte[]> letter = producer.history().get(0);
    assertThat(letter.topic()).isEqualTo(Topic.QUERIES_DLQ.topicName());
    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isNull();
    assertThat(letter.headers().lastHeader("mine")).isNull();
    assertThat(HydraHeaders.text(letter.headers(), DeadLetters.DROPPED))
        .hasValue(DeadLetters.ALL_BUT_ORIGIN);
    assertThat(HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_PARTITION)).hasValue("2");
    assertThat(HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_OFFSET)).hasValue("7");
  }

  private CompletableFuture<Void> handle(byte[] value) {
    return handle(KEY, value);
  }

  private CompletableFuture<Void> handle(byte[] key, byte[] value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            Topic.QUERIES.topicName(),
            2,
            7,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            value,
            headers,
            Optional.empty());
    return handler.handle(new Accepted(record, fixture.time.nanos(), () -> revoked));
  }

  private byte[] bytes(Query query) {
    return new RegistrySerializer<Query>(registry, Topic.QUERIES)
        .serialize(Topic.QUERIES.topicName(), query);
  }

  private Response response(ProducerRecord<byte[], byte[]> sent) {
    return fixture.codec.decode(sent.value()).orElseThrow();
  }

  /** Takes what a broker with the topics' own limits takes. */
  private static final class SizedProducer extends MockProducer<byte[], byte[]> {
    private static final int LIMIT = 1024 * 1024;

    SizedProducer() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      int limit = record.topic().endsWith(Topic.DLQ_SUFFIX) ? 2 * LIMIT : LIMIT;
      int size =
          AbstractRecords.estimateSizeInBytesUpperBound(
              RecordBatch.CURRENT_MAGIC_VALUE,
              CompressionType.NONE,
              record.key(),
              record.value(),
              record.headers().toArray());
      if (size <= limit) {
        return super.send(record, callback);
      }
      RecordTooLargeException error = new RecordTooLargeException();
      callback.onCompletion(null, error);
      return CompletableFuture.failedFuture(error);
    }
  }

  private static final class FlakyRegistry extends MockSchemaRegistryClient {
    private boolean away;

    @Override
    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      if (away) {
        throw new IOException("connection refused");
      }
      return super.getSchemaById(id);
    }
  }
}
