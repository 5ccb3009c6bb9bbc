package io.hydra.serving.query;

import static io.hydra.schemas.topic.HydraHeaders.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.trace.TraceReceiver;
import io.hydra.runtime.trace.TraceReceiver.Seen;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.answer.Exposures;
import io.hydra.serving.consume.Job;
import io.hydra.serving.consume.Job.Accepted;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.PartitionCounts;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.testing.AnswerFixture;
import io.hydra.serving.testing.FakeBrokers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class QueryHandlerTest {
  private static final String RESPONSES = Topic.RESPONSES.topicName();
  private static final String MINE = "mine";
  private static final byte[] KEY = utf8(AnswerFixture.ANN.recordKey());

  private final AtomicInteger turnsOver = new AtomicInteger();
  private final SizedProducer producer = new SizedProducer();
  private final ExposuresTopic exposures = new ExposuresTopic();
  private final FlakyRegistry registry = new FlakyRegistry();
  private final RecordHeaders headers = new RecordHeaders();
  private final List<Object> told = new ArrayList<>();
  private final List<ExposureSender.Outcome> toldOfExposures = new ArrayList<>();
  private final Set<String> absent = new HashSet<>();
  private final PartitionCounts topics =
      FakeBrokers.counts(
          topic -> {
            if (absent.contains(topic)) {
              throw new UnknownTopicOrPartitionException();
            }
            return 4;
          });
  private Tracing tracing = Tracing.OFF;
  private AnswerFixture fixture;
  private QueryHandler handler;
  private boolean revoked;

  @BeforeEach
  void start() throws IOException {
    fixture = new AnswerFixture();
    SchemaRegistrar.registerAll(registry);
    ReplyRouter router = new ReplyRouter(Set.of(MINE), topic -> 4);
    Outbox responses = outbox("the broker");
    handler =
        new QueryHandler(
            new QueryDecoder(
                () -> new RegistryDeserializer<>(registry, Topic.QUERIES, Duration.ZERO),
                Runnable::run,
                fixture.time,
                AnswerFixture.BACKOFF),
            fixture.pipeline,
            router,
            new ReplySender(
                responses,
                Map.of(MINE, outbox("a reply topic")),
                topics,
                fixture.codec,
                fixture.time),
            fixture.exposures(outbox(exposures, "exposures"), topics),
            responses,
            fixture::policies,
            AnswerFixture.MAX_TIME,
            fixture.time,
            fixture.time::nanos,
            tracing,
            new QueryHandler.Events() {
              @Override
              public void answered(Response response) {
                told.add(response.getStatus());
              }

              @Override
              public void exposed(ExposureSender.Outcome outcome) {
                toldOfExposures.add(outcome);
              }

              @Override
              public void deadLettered() {
                told.add("dead letter");
              }
            });
  }

  private Outbox outbox(String dependency) {
    return outbox(producer, dependency);
  }

  private Outbox outbox(MockProducer<byte[], byte[]> sending, String dependency) {
    return new Outbox(
        sending, Runnable::run, fixture.time, AnswerFixture.BACKOFF, new Outage(dependency));
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
  void aQueryAndItsLlmCallAreSpansOfTheCallersTrace() throws Exception {
    String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    try (TraceReceiver receiver = new TraceReceiver()) {
      fixture.close();
      tracing = Tracing.open("serving", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint()));
      start();
      fixture.llm.answers("red", "red", "red");
      headers.add(HydraHeaders.TRACEPARENT, utf8(parent));
      CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
      producer.completeNext();
      assertThat(handled).isCompleted();
      tracing.close();

      assertThat(receiver.await(2)).hasSize(2);
      Seen chat = receiver.spans().get(0);
      Seen query = receiver.spans().get(1);
      assertThat(query.name()).isEqualTo("process hydra.queries");
      assertThat(query.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
      assertThat(query.parentId()).isEqualTo("00f067aa0ba902b7");
      assertThat(query.attributes()).containsEntry("hydra.response.status", "OK");
      assertThat(chat.isChildOf(query)).isTrue();
      assertThat(chat.name()).startsWith("chat ");
      assertThat(chat.attributes())
          .containsKeys("gen_ai.request.model", "gen_ai.usage.input_tokens")
          .containsEntry("gen_ai.operation.name", "chat");
      assertThat(receiver.spans().toString())
          .as("no user and no text of one")
          .doesNotContain(AnswerFixture.ANN.userId(), fixture.query("q").getInput(), "red");
      assertThat(HydraHeaders.text(producer.history().get(0).headers(), HydraHeaders.TRACEPARENT))
          .hasValue(parent.replace("00f067aa0ba902b7", query.spanId()));
    }
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
  void aQueryIsHandledOnceItsExposureIsAcknowledgedAsWell() throws Exception {
    fixture.llm.answers("red", "red", "blue");
    exposures.held = true;
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    assertThat(turnsOver).hasValue(0);
    ProducerRecord<byte[], byte[]> sent = exposures.history().get(0);
    assertThat(sent.topic()).isEqualTo(Topic.EXPOSURES.topicName());
    assertThat(sent.key()).isEqualTo(KEY);
    assertThat(producer.completeNext()).as("the response does not wait for it").isTrue();
    assertThat(told).containsExactly(ResponseStatus.OK);
    assertThat(turnsOver).as("the user's next query may begin").hasValue(1);
    assertThat(handled).isNotDone();
    exposures.completeNext();
    assertThat(handled).isCompleted();
    assertThat(toldOfExposures).containsExactly(ExposureSender.Outcome.WRITTEN);
    assertThat(exposure(sent))
        .isEqualTo(
            Exposures.of(
                    fixture.query("q").build(),
                    Instant.EPOCH,
                    response(producer.history().get(0)),
                    fixture.model.tasks().find("colours"))
                .orElseThrow());
  }

  @Test
  void aRedeliveryExposesTheSameBytes() {
    fixture.llm.answers("red", "red", "red");
    byte[] query = bytes(fixture.query("q").build());
    CompletableFuture<Void> once = handle(query);
    fixture.time.advance(Duration.ofSeconds(3));
    assertThat(handle(query)).isNotSameAs(once);
    assertThat(exposures.history()).hasSize(2);
    assertThat(exposures.history().get(1).value()).isEqualTo(exposures.history().get(0).value());
  }

  @Test
  void anAnswerForAReplyTopicIsExposedUnlessTheQueryMayNotNameIt() {
    fixture.llm.answers("red", "red", "red").answers("red", "red", "red");
    CompletableFuture<Void> unused = handleForMine("q1");
    assertThat(exposures.history()).hasSize(1);
    headers.remove(HydraHeaders.REPLY_TOPIC).add(HydraHeaders.REPLY_TOPIC, utf8("not-allowed"));
    CompletableFuture<Void> withheld = handle(bytes(fixture.query("q2").build()));
    assertThat(withheld).isNotDone();
    assertThat(exposures.history()).hasSize(1);
  }

  @Test
  void anExposureThatItsTopicDoesNotTakeKeepsNoAnswerBack() {
    exposures.held = true;
    for (RuntimeException refusal :
        List.of(
            new TopicAuthorizationException(Topic.EXPOSURES.topicName()),
            new RecordTooLargeException(),
            new InvalidRecordException("no key"))) {
      told.clear();
      fixture.llm.answers("red", "red", "red");
      String id = refusal.getClass().getSimpleName();
      CompletableFuture<Void> handled = handle(bytes(fixture.query(id).build()));
      exposures.errorNext(refusal);
      producer.completeNext();
      assertThat(handled).isCompleted();
      assertThat(told).containsExactly(ResponseStatus.OK);
    }
    assertThat(toldOfExposures).hasSize(3).containsOnly(ExposureSender.Outcome.LOST);
  }

  @Test
  void aSeriesOfLostExposuresIsLoggedAtEitherEndAndNoRetryPromised() {
    Logger logger = (Logger) LoggerFactory.getLogger(ExposureSender.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
    try {
      exposures.held = true;
      for (String id : List.of("q1", "q2", "q3")) {
        fixture.llm.answers("red", "red", "red");
        CompletableFuture<Void> unused = handle(bytes(fixture.query(id).build()));
        exposures.errorNext(new TopicAuthorizationException(Topic.EXPOSURES.topicName()));
        producer.completeNext();
      }
      exposures.held = false;
      for (String id : List.of("q4", "q5")) {
        fixture.llm.answers("red", "red", "red");
        CompletableFuture<Void> unused = handle(bytes(fixture.query(id).build()));
        producer.completeNext();
      }
    } finally {
      logger.setLevel(null);
      logger.detachAppender(log);
    }
    assertThat(toldOfExposures).hasSize(5);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            lost ->
                assertThat(lost)
                    .startsWith("what users are shown is not written to hydra.exposures, and lost")
                    .doesNotContain("retry"),
            again -> assertThat(again).contains("hydra.exposures again, after 3 were lost"));
  }

  @Test
  void aMissingExposuresTopicIsNotWaitedFor() {
    fixture.llm.answers("red", "red", "red");
    absent.add(Topic.EXPOSURES.topicName());
    assertThatThrownBy(() -> topics.learn(absent))
        .isInstanceOf(UnknownTopicOrPartitionException.class);
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    producer.completeNext();
    assertThat(handled).isCompleted();
    assertThat(exposures.history()).isEmpty();
    assertThat(toldOfExposures).containsExactly(ExposureSender.Outcome.LOST);
  }

  @Test
  void anExposureIsWaitedForAsLongAsItsResponseAndALittleLonger() {
    fixture.llm.answers("red", "red", "red");
    exposures.held = true;
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    for (int minute = 0; minute < 11; minute++) {
      producer.errorNext(new TimeoutException("no metadata"));
      exposures.errorNext(new TimeoutException("no metadata"));
      fixture.time.advance(Duration.ofMinutes(1));
    }
    producer.completeNext();
    fixture.time.advance(ExposureSender.PATIENCE.minusMillis(1));
    assertThat(handled).isNotDone();
    fixture.time.advance(Duration.ofMillis(1));
    assertThat(handled).isCompleted();
    assertThat(toldOfExposures).containsExactly(ExposureSender.Outcome.LOST);
  }

  @Test
  void aProducerOfExposuresThatCannotGoOnEndsTheProcess() {
    fixture.llm.answers("red", "red", "red");
    exposures.held = true;
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    exposures.errorNext(new ProducerFencedException("another one of the name"));
    producer.completeNext();
    assertThat(handled).isCompletedExceptionally();
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
    assertThat(told).containsExactly("dead letter");
  }

  @Test
  void aResponseTooLargeForItsTopicBecomesATypedFailure() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    producer.errorNext(new RecordTooLargeException());
    assertThat(response(producer.history().get(1)).getStatus())
        .isEqualTo(ResponseStatus.INTERNAL_ERROR);
    assertThat(told).isEmpty();
    producer.completeNext();
    assertThat(handled).isCompleted();
    assertThat(told).containsExactly(ResponseStatus.INTERNAL_ERROR);
  }

  @Test
  void whatARevocationKeptFromBeingSentIsNotToldOf() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> answered = handle(bytes(fixture.query("q").build()));
    producer.errorNext(new TimeoutException("no metadata"));
    CompletableFuture<Void> letter = handle(new byte[] {1, 2, 3});
    producer.errorNext(new TimeoutException("no metadata"));
    revoked = true;
    fixture.time.advance(Duration.ofMinutes(1));
    assertThat(answered).isCompleted();
    assertThat(letter).isCompleted();
    assertThat(told).isEmpty();
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
  void anAbsentBrokerIsWaitedForHoweverLong() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    for (int minute = 0; minute < 11; minute++) {
      producer.errorNext(new TimeoutException("no metadata"));
      fixture.time.advance(Duration.ofMinutes(1));
    }
    assertThat(handled).isNotDone();
    producer.completeNext();
    assertThat(handled).isCompleted();
    assertThat(fixture.llm.requests()).hasSize(1);
  }

  @Test
  void aReplyTopicThatRefusesIsLeftForTheOneOfAllWhichIsToldSoWithoutTheAnswer() {
    for (RuntimeException refusal :
        List.of(
            new TopicAuthorizationException(MINE),
            new InvalidRecordException("no key"),
            new PolicyViolationException("the broker says no"),
            new IllegalArgumentException("no such partition"))) {
      fixture.llm.answers("red", "red", "red");
      producer.clear();
      CompletableFuture<Void> handled = handleForMine(refusal.getClass().getSimpleName());
      assertThat(producer.history().get(0).topic()).isEqualTo(MINE);
      producer.errorNext(refusal);
      ProducerRecord<byte[], byte[]> sent = producer.history().get(1);
      assertThat(sent.topic()).isEqualTo(RESPONSES);
      assertThat(response(sent).getStatus()).isEqualTo(ResponseStatus.DEGRADED);
      assertNothingOfTheAnswer(response(sent));
      assertThat(response(sent).getReason())
          .contains("the reply topic does not take the record")
          .contains(refusal.getClass().getSimpleName())
          .doesNotContain("the broker says no");
      producer.completeNext();
      assertThat(handled).isCompleted();
    }
  }

  @Test
  void aReplyTopicThatIsKnownToBeMissingIsNotWaitedFor() {
    fixture.llm.answers("red", "red", "red");
    absent.add(MINE);
    assertThatThrownBy(() -> topics.learn(absent))
        .isInstanceOf(UnknownTopicOrPartitionException.class);
    CompletableFuture<Void> handled = handleForMine("q");
    assertThat(producer.history()).extracting(ProducerRecord::topic).containsExactly(RESPONSES);
    Response response = response(producer.history().get(0));
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(response.getReason()).contains("the reply topic does not exist");
    assertNothingOfTheAnswer(response);
    producer.completeNext();
    assertThat(handled).isCompleted();
    assertThat(told).containsExactly(ResponseStatus.DEGRADED);
  }

  @Test
  void theAnswerToAQueryThatNamesATopicItMayNotIsNotGivenToAll() {
    fixture.llm.answers("red", "red", "red");
    headers.add(HydraHeaders.REPLY_TOPIC, utf8("not-allowed"));
    CompletableFuture<Void> unused = handle(bytes(fixture.query("q").build()));
    ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
    assertThat(sent.topic()).isEqualTo(RESPONSES);
    assertThat(response(sent).getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    assertThat(response(sent).getReason()).contains("reply topic is not allow-listed");
    assertNothingOfTheAnswer(response(sent));
  }

  @Test
  void aReplyTopicThatIsGoneIsWaitedForNoLongerThanTheQuerysDeadline() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handleForMine("q");
    for (int second = 0; second < 29; second++) {
      producer.errorNext(new UnknownTopicOrPartitionException());
      fixture.time.advance(Duration.ofSeconds(1));
    }
    assertThat(producer.history()).extracting(ProducerRecord::topic).containsOnly(MINE);
    fixture.time.advance(Duration.ofSeconds(1));
    ProducerRecord<byte[], byte[]> sent = producer.history().get(producer.history().size() - 1);
    assertThat(sent.topic()).isEqualTo(RESPONSES);
    assertThat(response(sent).getReason()).contains("the reply topic did not acknowledge in time");
    // What was given up may still arrive, before the response that is waited for now.
    while (producer.completeNext()) {
      assertThat(response(sent).getStatus()).isEqualTo(ResponseStatus.DEGRADED);
    }
    assertThat(handled).isCompleted();
  }

  @Test
  void aResponseThatNoTopicTakesIsADeadLetterAndTheLoopGoesOn() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handleForMine("q");
    producer.errorNext(new InvalidRecordException("no key"));
    producer.errorNext(new InvalidRecordException("no key"));
    assertThat(producer.history().get(2).topic()).isEqualTo(Topic.QUERIES_DLQ.topicName());
    producer.errorNext(new InvalidRecordException("the topic is set up wrongly"));
    assertThat(handled).isNotDone();
    fixture.time.advance(Duration.ofSeconds(1));
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aResponseTopicThatMayNotBeWrittenIsWaitedForUntilItMay() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    producer.errorNext(new TopicAuthorizationException(RESPONSES));
    assertThat(handled).isNotDone();
    fixture.time.advance(Duration.ofSeconds(1));
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aProducerThatCannotGoOnEndsTheProcess() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    producer.errorNext(new ProducerFencedException("another one of the name"));
    assertThat(handled).isCompletedExceptionally();
  }

  @Test
  void aValueThatBringsTheDecoderDownIsADeadLetter() {
    registry.defect = new StackOverflowError();
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    assertThat(producer.history().get(0).topic()).isEqualTo(Topic.QUERIES_DLQ.topicName());
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void whatAnAnswerThrowsIsAnInternalErrorHoweverGrave() {
    fixture.model.breaks(new StackOverflowError());
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> handled = handle(bytes(fixture.query("q").build()));
    assertThat(response(producer.history().get(0)).getStatus())
        .isEqualTo(ResponseStatus.INTERNAL_ERROR);
    producer.completeNext();
    assertThat(handled).isCompleted();
  }

  @Test
  void aJobKnowsItsTenantItsDeadlineAndWhatItHolds() {
    byte[] value = bytes(fixture.query("q").build());
    Job unknownSchema = admit(KEY, value);
    assertThat(unknownSchema.ready()).isCompleted();
    Job job = admit(KEY, value);
    assertThat(job.tenant()).isEqualTo(AnswerFixture.ANN.tenant());
    assertThat(job.expiresAtNanos())
        .isEqualTo(fixture.time.nanos() + Duration.ofSeconds(30).toNanos());
    assertThat(job.bytes()).isGreaterThan(2L * value.length);
    assertThat(admit(utf8("nobody"), value).tenant()).isEmpty();
    assertThat(admit(null, value).tenant()).isEmpty();
    Job late = admit(KEY, bytes(fixture.query("q").setDeadline(Instant.EPOCH).build()));
    assertThat(late.expiresAtNanos()).isEqualTo(fixture.time.nanos());
    Job far =
        admit(KEY, bytes(fixture.query("q").setDeadline(Instant.ofEpochMilli(1L << 60)).build()));
    assertThat(far.expiresAtNanos())
        .isEqualTo(fixture.time.nanos() + AnswerFixture.MAX_TIME.toNanos());
    assertThat(admit(KEY, new byte[] {1}).expiresAtNanos()).isEqualTo(Job.NEVER);
  }

  @Test
  void theTenantsPolicyBoundsADeadlineAndGivesOneWhereNoneIsNamed() {
    fixture.govern("version: 1\ntenants: {t: {defaultDeadline: 5s, maxDeadline: 10s}}");
    assertThat(left(fixture.query("q").build())).isEqualTo(Duration.ofSeconds(10));
    assertThat(left(fixture.query("q").setDeadline(Instant.EPOCH).build()))
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(left(fixture.query("q").setTenant("u").build())).isEqualTo(Duration.ofSeconds(30));
    Job job = admit(KEY, bytes(fixture.query("q").setDeadline(Instant.EPOCH).build()));
    fixture.time.advance(Duration.ofSeconds(5));
    var unused = job.refuse(Job.Refusal.EXPIRED);
    assertThat(response(producer.history().get(0)).getStatus())
        .isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
    assertThat(response(producer.history().get(0)).getReason()).contains("defaultDeadline");
  }

  private Duration left(Query query) {
    long expires = admit(KEY, bytes(query)).expiresAtNanos();
    return Duration.ofNanos(expires - fixture.time.nanos());
  }

  @Test
  void whatAnAnswerThatIsTooLargeDidCostIsToldAllTheSame() {
    fixture.llm.answers("red", "red", "red");
    CompletableFuture<Void> unused = handle(bytes(fixture.query("q").build()));
    producer.errorNext(new RecordTooLargeException());
    Response sent = response(producer.history().get(1));
    assertThat(sent.getStatus()).isEqualTo(ResponseStatus.INTERNAL_ERROR);
    assertThat(sent.getCandidates()).isEmpty();
    assertThat(sent.getLlmCalls()).isEqualTo(1);
    assertThat(sent.getPromptTokens()).isEqualTo(100);
    assertThat(sent.getAnsweredAt()).isEqualTo(response(producer.history().get(0)).getAnsweredAt());
  }

  @Test
  void whatIsReservedForAQueryThatSomebodyElseAnswersIsGivenBack() {
    fixture.govern("version: 1\ndefaults: {requestsPerMinute: 1}");
    fixture.llm.answers("red", "red", "red").answers("red", "red", "red");
    CompletableFuture<Void> first = handle(bytes(fixture.query("q1").build()));
    assertThat(first).isNotDone();
    revoked = true;
    producer.completeNext();
    assertThat(first).isCompleted();
    revoked = false;
    CompletableFuture<Void> unused = handle(bytes(fixture.query("q2").build()));
    assertThat(response(producer.history().get(1)).getStatus()).isEqualTo(ResponseStatus.OK);
  }

  @Test
  void aQueryForWhichThereIsNoRoomIsToldSo() {
    byte[] value = bytes(fixture.query("q").build());
    CompletableFuture<Void> refused = admit(KEY, value).refuse(Job.Refusal.KEY_FULL);
    CompletableFuture<Void> alike = admit(KEY, value).refuse(Job.Refusal.TENANT_FULL);
    assertThat(response(producer.history().get(0)).getStatus())
        .isEqualTo(ResponseStatus.OVERLOADED);
    assertThat(response(producer.history().get(0)).getReason()).contains("of this user");
    assertThat(response(producer.history().get(1)).getReason()).contains("of this tenant");
    producer.completeNext();
    producer.completeNext();
    assertThat(refused).isCompleted();
    assertThat(alike).isCompleted();
    assertThat(fixture.llm.requests()).isEmpty();
  }

  @Test
  void aQueryThatExpiredWhileItWaitedIsToldSo() {
    Job job = admit(KEY, bytes(fixture.query("q").build()));
    fixture.time.advance(Duration.ofSeconds(30));
    CompletableFuture<Void> unused = job.refuse(Job.Refusal.EXPIRED);
    Response response = response(producer.history().get(0));
    assertThat(response.getStatus()).isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
    assertThat(response.getReason()).contains("while the query waited for its turn");
  }

  @Test
  void anAbsentRegistryHoldsUpOnlyWhatWasWrittenWithASchemaNotSeenYet() {
    byte[] query = bytes(fixture.query("q").setInput(" ").build());
    registry.away = true;
    Job job = admit(KEY, query);
    fixture.time.advance(Duration.ofMinutes(11));
    assertThat(job.ready()).isNotDone();
    registry.away = false;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(job.ready()).isCompleted();
    registry.away = true;
    assertThat(admit(KEY, query).ready()).isCompleted();
    CompletableFuture<Void> unused = job.run(() -> {});
    assertThat(response(producer.history().get(0)).getStatus())
        .isEqualTo(ResponseStatus.INVALID_QUERY);
  }

  @Test
  void eachSchemaIsAskedForOnceWhileTheRegistryIsAway() {
    byte[] query = bytes(fixture.query("q").build());
    registry.away = true;
    List<Job> jobs = IntStream.range(0, 100).mapToObj(i -> admit(KEY, query)).toList();
    int before = registry.asked;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(registry.asked - before).isLessThan(20);
    registry.away = false;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(jobs).allMatch(job -> job.ready().isDone());
  }

  @Test
  void aSchemaThatTheRegistryGivesAMomentLaterIsFound() {
    byte[] query = bytes(fixture.query("q").build());
    registry.unknown = true;
    Job job = admit(KEY, query);
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(job.ready()).isNotDone();
    registry.unknown = false;
    fixture.time.advance(Duration.ofSeconds(2));
    assertThat(job.ready()).isCompleted();
    assertThat(job.expiresAtNanos()).isNotEqualTo(Job.NEVER);
  }

  @Test
  void aSchemaThatTheRegistryRefusedIsAskedForAgainByTheNextQuery() {
    byte[] query = bytes(fixture.query("q").build());
    registry.unknown = true;
    Job refused = admit(KEY, query);
    fixture.time.advance(Duration.ofSeconds(10));
    assertThat(refused.ready()).isCompleted();
    assertThat(refused.expiresAtNanos()).isEqualTo(Job.NEVER);
    CompletableFuture<Void> unused = refused.run(() -> {});
    assertThat(producer.history().get(0).topic()).isEqualTo(Topic.QUERIES_DLQ.topicName());
    registry.unknown = false;
    Job next = admit(KEY, query);
    assertThat(next.ready()).isCompleted();
    assertThat(next.expiresAtNanos()).isNotEqualTo(Job.NEVER);
  }

  @Test
  void anOutageBetweenTwoRefusalsIsNoDeadLetter() {
    byte[] query = bytes(fixture.query("q").build());
    Job job = null;
    for (int round = 0; round < 20; round++) {
      registry.away = round % 2 == 0;
      registry.unknown = round % 2 == 1;
      job = job == null ? admit(KEY, query) : job;
      fixture.time.advance(Duration.ofSeconds(1));
    }
    assertThat(job.ready()).isNotDone();
    registry.unknown = false;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(job.ready()).isCompleted();
    assertThat(job.expiresAtNanos()).isNotEqualTo(Job.NEVER);
  }

  @Test
  void aFloodOfUnknownSchemasAsksOnceForEach() {
    registry.unknown = true;
    ByteBuffer bytes = ByteBuffer.wrap(bytes(fixture.query("q").build()).clone());
    List<Job> jobs = new ArrayList<>();
    for (int id = 1_000; id < 3_000; id++) {
      jobs.add(admit(KEY, bytes.putInt(1, id).array().clone()));
    }
    fixture.time.advance(Duration.ofSeconds(10));
    assertThat(jobs).allMatch(job -> job.ready().isDone());
    assertThat(registry.asked).isLessThan(2_000 + QueryDecoder.MANY * QueryDecoder.ATTEMPTS);
  }

  @Test
  void aSchemaThatIsKnownIsNotAskedForAgainByAnyThread() throws InterruptedException {
    byte[] query = bytes(fixture.query("q").build());
    assertThat(admit(KEY, query).ready()).isCompleted();
    int before = registry.asked;
    List<Boolean> ready = Collections.synchronizedList(new ArrayList<>());
    Thread other = new Thread(() -> ready.add(admit(KEY, query).ready().isDone()));
    other.start();
    other.join();
    assertThat(ready).containsExactly(true);
    assertThat(registry.asked).isEqualTo(before);
  }

  @Test
  void aQueryThatCannotBeReadYetAndHasNoRoomIsADeadLetterAtOnce() {
    byte[] query = bytes(fixture.query("q").build());
    registry.away = true;
    Job waiting = admit(KEY, query);
    Job job = admit(KEY, query);
    CompletableFuture<Void> refused = job.refuse(Job.Refusal.KEY_FULL);
    ProducerRecord<byte[], byte[]> letter = producer.history().get(0);
    assertThat(letter.topic()).isEqualTo(Topic.QUERIES_DLQ.topicName());
    assertThat(letter.value()).isEqualTo(query);
    producer.completeNext();
    assertThat(refused).isCompleted();
    registry.away = false;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(waiting.ready()).isCompleted();
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void whatWaitsForOneSchemaIsReadInOrder() {
    byte[] query = bytes(fixture.query("q").build());
    registry.away = true;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      CompletableFuture<Void> unused = admit(KEY, query).ready().thenRun(() -> order.add(number));
    }
    registry.away = false;
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aRevokedQueryIsNeitherAskedNorProduced() {
    revoked = true;
    assertThat(handle(bytes(fixture.query("q").build()))).isCompleted();
    assertThat(fixture.llm.requests()).isEmpty();
    assertThat(producer.history()).isEmpty();
  }

  private static void assertNothingOfTheAnswer(Response response) {
    assertThat(response.getText()).isNull();
    assertThat(response.getCandidates()).isEmpty();
    assertThat(response.getItems()).isEmpty();
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

  private CompletableFuture<Void> handleForMine(String queryId) {
    headers.remove(HydraHeaders.REPLY_TOPIC).add(HydraHeaders.REPLY_TOPIC, utf8(MINE));
    return handle(bytes(fixture.query(queryId).build()));
  }

  private CompletableFuture<Void> handle(byte[] key, byte[] value) {
    Job job = admit(key, value);
    assertThat(job.ready()).isCompleted();
    return job.run(turnsOver::incrementAndGet);
  }

  private Job admit(byte[] key, byte[] value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            Topic.QUERIES.topicName(),
            2,
            7,
            0,
            TimestampType.CREATE_TIME,
            key == null ? -1 : key.length,
            value == null ? -1 : value.length,
            key,
            value,
            headers,
            Optional.empty());
    return handler.admit(new Accepted(record, fixture.time.nanos(), () -> revoked, false));
  }

  private byte[] bytes(Query query) {
    return new RegistrySerializer<Query>(registry, Topic.QUERIES)
        .serialize(Topic.QUERIES.topicName(), query);
  }

  private Response response(ProducerRecord<byte[], byte[]> sent) {
    return fixture.codec.decode(sent.value()).orElseThrow().response();
  }

  private Exposure exposure(ProducerRecord<byte[], byte[]> sent) throws UndecodableRecordException {
    return new RegistryDeserializer<Exposure>(registry, Topic.EXPOSURES).deserialize(sent.value());
  }

  /** Acknowledges at once, unless it is held. */
  private static final class ExposuresTopic extends MockProducer<byte[], byte[]> {
    private boolean held;

    ExposuresTopic() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      Future<RecordMetadata> sent = super.send(record, callback);
      if (!held) {
        assertThat(completeNext()).isTrue();
      }
      return sent;
    }
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
    private boolean unknown;
    private Error defect;
    private int asked;

    @Override
    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      asked++;
      if (defect != null) {
        throw defect;
      }
      if (away) {
        throw new IOException("connection refused");
      }
      if (unknown) {
        throw new RestClientException("no such schema", 404, 40403);
      }
      return super.getSchemaById(id);
    }
  }
}
