package io.hydra.serving.consume;

import static io.hydra.schemas.topic.HydraHeaders.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.consume.LoopOptions.WaitingBounds;
import io.hydra.serving.query.ExposureSender;
import io.hydra.serving.query.QueryDecoder;
import io.hydra.serving.query.QueryHandler;
import io.hydra.serving.query.ReplySender;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.ReplyRouter;
import io.hydra.serving.testing.AnswerFixture;
import io.hydra.serving.testing.FakeBrokers;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole of serving but its clients, in time that moves by hand, while what it depends on is
 * away for eleven minutes: it goes on by itself, and each query has one response.
 */
class OutageTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topic.QUERIES.topicName(), 0);
  private static final Duration OUTAGE = Duration.ofMinutes(11);
  private static final Duration TICK = Duration.ofSeconds(5);

  private final Map<TopicPartition, Long> commits = new HashMap<>();
  private final FlakyConsumer consumer = new FlakyConsumer();
  private final FlakyProducer producer = new FlakyProducer();
  private final FlakyRegistry registry = new FlakyRegistry();
  private boolean brokerAway;
  private AnswerFixture fixture;
  private QueryLoop loop;
  private long offset;

  @BeforeEach
  void start() throws IOException {
    fixture = new AnswerFixture();
    SchemaRegistrar.registerAll(registry);
    QueryDecoder decoder =
        new QueryDecoder(
            () -> new RegistryDeserializer<>(registry, Topic.QUERIES, Duration.ZERO),
            Runnable::run,
            fixture.time,
            AnswerFixture.BACKOFF);
    ReplyRouter router = new ReplyRouter(Set.of(), topic -> 1);
    QueryHandler handler =
        new QueryHandler(
            decoder,
            fixture.pipeline,
            router,
            new ReplySender(
                outbox(), Map.of(), FakeBrokers.counts(topic -> 1), fixture.codec, fixture.time),
            fixture.exposures(outbox(), FakeBrokers.counts(topic -> 1)),
            outbox(),
            fixture::policies,
            AnswerFixture.MAX_TIME,
            fixture.time,
            fixture.time::nanos,
            Tracing.OFF,
            new QueryHandler.Events() {
              @Override
              public void answered(Response response) {}

              @Override
              public void exposed(ExposureSender.Outcome outcome) {}

              @Override
              public void deadLettered() {}
            });
    loop =
        new QueryLoop(
            consumer,
            Topic.QUERIES.topicName(),
            handler::admit,
            Runnable::run,
            () -> true,
            fixture.time::nanos,
            fixture.time::advance,
            new LoopOptions(
                4,
                new WaitingBounds(4, 16, 1 << 20, 32, 1 << 20),
                tenant -> Integer.MAX_VALUE,
                1_000,
                Duration.ZERO,
                Duration.ofSeconds(20)));
    loop.subscribe();
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 0L));
    consumer.rebalance(List.of(PARTITION));
  }

  private Outbox outbox() {
    return new Outbox(
        producer, Runnable::run, fixture.time, AnswerFixture.BACKOFF, new Outage("the broker"));
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  @Test
  void withoutBrokersAnswersWaitAndNoneIsPaidTwiceOrLost() {
    brokerAway = true;
    ask("q1");
    ask("q2");
    pass(OUTAGE);
    assertThat(producer.history()).isEmpty();
    assertThat(commits).isEmpty();
    brokerAway = false;
    ask("q3");
    pass(Duration.ofMinutes(1));
    assertAnswered("q1", ResponseStatus.OK);
    assertAnswered("q2", ResponseStatus.OK);
    assertAnswered("q3", ResponseStatus.OK);
    assertThat(fixture.llm.requests()).hasSize(3);
    assertThat(commits).containsEntry(PARTITION, 3L);
  }

  @Test
  void withoutTheRegistryWhatCannotBeReadWaitsAndIsAnsweredAfterwards() {
    registry.away = true;
    ask("q1");
    pass(OUTAGE);
    assertThat(producer.history()).isEmpty();
    registry.away = false;
    ask("q2");
    pass(Duration.ofMinutes(1));
    assertAnswered("q1", ResponseStatus.DEADLINE_EXCEEDED);
    assertAnswered("q2", ResponseStatus.OK);
    assertThat(commits).containsEntry(PARTITION, 2L);
  }

  @Test
  void withoutTheRegistryWhatIsWrittenAsBeforeIsAnsweredAsBefore() {
    ask("q1");
    pass(TICK);
    registry.away = true;
    ask("q2");
    pass(OUTAGE);
    assertAnswered("q1", ResponseStatus.OK);
    assertAnswered("q2", ResponseStatus.OK);
  }

  @Test
  void withoutRedisAnswersAreDegradedAndAfterwardsWhole() throws IOException {
    fixture.redis.stop();
    ask("q1");
    pass(OUTAGE);
    ask("q2");
    pass(TICK);
    fixture.redis.start();
    pass(TICK);
    ask("q3");
    pass(TICK);
    assertAnswered("q1", ResponseStatus.DEGRADED);
    assertAnswered("q2", ResponseStatus.DEGRADED);
    assertAnswered("q3", ResponseStatus.OK);
    assertThat(commits).containsEntry(PARTITION, 3L);
  }

  private void ask(String id) {
    fixture.llm.answers("red", "red", "red");
    Query query = fixture.query(id).setUserId("user-of-" + id).build();
    byte[] value =
        new RegistrySerializer<Query>(registry, Topic.QUERIES)
            .serialize(Topic.QUERIES.topicName(), query);
    byte[] key = utf8(query.getTenant() + ":" + query.getUserId());
    consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset++, key, value));
    loop.turn();
  }

  private void pass(Duration time) {
    for (Duration left = time; !left.isNegative(); left = left.minus(TICK)) {
      fixture.time.advance(TICK);
      loop.turn();
    }
  }

  private void assertAnswered(String id, ResponseStatus status) {
    boolean isAnswer = status == ResponseStatus.OK || status == ResponseStatus.DEGRADED;
    assertThat(sent(Topic.EXPOSURES))
        .filteredOn(sent -> new String(sent.key(), UTF_8).endsWith("user-of-" + id))
        .hasSize(isAnswer ? 1 : 0);
    assertThat(sent(Topic.RESPONSES))
        .extracting(sent -> fixture.codec.decode(sent.value()).orElseThrow().response())
        .filteredOn(response -> response.getQueryId().equals(id))
        .extracting(Response::getStatus)
        .containsExactly(status);
  }

  private List<ProducerRecord<byte[], byte[]>> sent(Topic topic) {
    return producer.history().stream().filter(r -> r.topic().equals(topic.topicName())).toList();
  }

  private final class FlakyProducer extends MockProducer<byte[], byte[]> {
    FlakyProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (brokerAway) {
        TimeoutException error = new TimeoutException("no metadata");
        callback.onCompletion(null, error);
        return CompletableFuture.failedFuture(error);
      }
      return super.send(record, callback);
    }
  }

  private final class FlakyConsumer extends MockConsumer<byte[], byte[]> {
    FlakyConsumer() {
      super("earliest");
    }

    @Override
    public synchronized void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      if (brokerAway) {
        callback.onComplete(offsets, new RetriableCommitFailedException("no coordinator"));
        return;
      }
      offsets.forEach((tp, at) -> commits.put(tp, at.offset()));
      super.commitAsync(offsets, callback);
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
