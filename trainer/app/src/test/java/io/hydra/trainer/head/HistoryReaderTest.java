package io.hydra.trainer.head;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.model.PersonalModel;
import io.hydra.model.base.Base;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.VectorWriter;
import io.hydra.schemas.store.VectorWriter.Change;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class HistoryReaderTest {
  private static final TaskCatalogue CATALOGUE =
      TaskCatalogue.parse(
          """
          tasks:
            - {id: tags, instruction: Tag it., options: [a, b], metric: ACCURACY, retrieved: 5,
               used: 2, candidates: 3, temperature: 1.0, maxTokens: 8}
          """,
          "test");
  private static final TaskSpec TAGS = CATALOGUE.find("tags").orElseThrow();
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static EmbeddedRedis server;
  private static RedisClient redis;

  private final PersonalModel model =
      new PersonalModel(
          "b1",
          new Base(
              new Lengths(),
              MeaningEncoder.learn(new Lengths(), List.of("a", "bc"), 1, 1),
              Map.of(),
              Map.of()),
          CATALOGUE);
  private final List<Change> changes = new ArrayList<>();
  private final BrokenSchemas registry = new BrokenSchemas();
  private final ReadAhead ahead =
      new ReadAhead(
          redis,
          new Bases(List.of(model)),
          () -> new RegistryDeserializer<>(registry, Topic.HEAD_REQUESTS));
  private final HistoryReader reader =
      HistoryReader.of(ahead, Dependencies.endless(), new Bases(List.of(model)), changes::add);

  @BeforeAll
  static void startRedis() {
    server = new EmbeddedRedis();
    redis = server.client();
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void startAnew() {
    redis.flushAll();
    SchemaRegistrar.registerAll(registry);
  }

  @Test
  void readsTheViewThatThePointerNames() throws Exception {
    remember(View.ORIGINAL, "old");
    assertThat(read()).isEqualTo("old");
    remember(new View("2"), "new");
    redis.set(StoreLayout.currentView(), new View("2").toBytes());
    assertThat(read()).isEqualTo("new");
  }

  @Test
  void whatIsNoHistoryIsRejectedWithTheRemedy() {
    redis.set(StoreLayout.history(View.ORIGINAL, ANN, "tags"), new byte[] {1});
    assertThatExceptionOfType(RejectedRecordException.class)
        .isThrownBy(() -> reader.read(ANN, TAGS))
        .withMessageContaining("delete it");
  }

  @Test
  void aUserNeverSeenHasAnEmptyHistory() throws Exception {
    assertThat(reader.read(ANN, TAGS)).isEqualTo(new HistoryReader.Read(History.EMPTY, 0));
  }

  /** Polls requests for a history of each task, as a stream thread does. */
  private void poll(String... tasks) {
    TopicPartition partition = new TopicPartition(Topic.HEAD_REQUESTS.topicName(), 0);
    List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
    for (String task : tasks) {
      HeadUpdateRequest request =
          new HeadUpdateRequest(
              ANN.tenant(), ANN.userId(), task, 1L, TriggerReason.COUNT, Instant.EPOCH, null);
      byte[] value =
          new RegistrySerializer<HeadUpdateRequest>(registry, Topic.HEAD_REQUESTS)
              .serialize(null, request);
      polled.add(
          new ConsumerRecord<>(
              partition.topic(), 0, polled.size(), ANN.recordKey().getBytes(UTF_8), value));
    }
    try (ReadAhead.Interceptor interceptor = new ReadAhead.Interceptor()) {
      interceptor.configure(Map.of(ReadAhead.CONFIG, ahead));
      var unused =
          interceptor.onConsume(new ConsumerRecords<>(Map.of(partition, polled), Map.of()));
    }
  }

  @Test
  void historiesOfThePolledRequestsAreReadAheadForOneUseEach() throws Exception {
    remember(View.ORIGINAL, "old");
    poll("unheard-of", "tags", "tags");
    remember(View.ORIGINAL, "new");
    assertThat(read()).isEqualTo("old");
    assertThat(read()).isEqualTo("new");
  }

  @Test
  void whatWasReadAheadIsGoneWithTheNextPollAndWithAnErasure() throws Exception {
    remember(View.ORIGINAL, "old");
    poll("tags");
    remember(View.ORIGINAL, "new");
    poll("unheard-of");
    assertThat(read()).isEqualTo("new");
    poll("tags");
    redis.hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), "7".getBytes(UTF_8));
    reader.forget(ANN);
    assertThat(reader.read(ANN, TAGS)).isEqualTo(new HistoryReader.Read(History.EMPTY, 7));
  }

  @Test
  void whatCannotBeReadAheadIsRejectedWhenItIsNeeded() {
    redis.set(StoreLayout.history(View.ORIGINAL, ANN, "tags"), new byte[] {1});
    poll("tags");
    assertThatExceptionOfType(RejectedRecordException.class)
        .isThrownBy(() -> reader.read(ANN, TAGS));
  }

  @Test
  void vectorsThatAreNotKeptYetAreHandedOn() throws Exception {
    remember(View.ORIGINAL, "old");
    assertThat(read()).isEqualTo("old");
    Change change = changes.get(0);
    assertThat(change.vectors().baseVersion()).isEqualTo("b1");
    assertThat(change.vectors().byEvent()).containsOnlyKeys("e1");
    assertThat(new VectorWriter(redis, Duration.ZERO).keep(changes)).isEqualTo(1);

    assertThat(read()).isEqualTo("old");
    assertThat(changes.get(1).known().byEvent()).containsOnlyKeys("e1");
    assertThat(changes.get(1).isEmpty()).isTrue();
  }

  /** A vector of one number: how long the text is. */
  private static final class Lengths implements Encoder {
    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public float[][] encode(List<String> texts) {
      return texts.stream().map(text -> new float[] {text.length()}).toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }

  private String read() throws RejectedRecordException {
    return reader.read(ANN, TAGS).history().items().get(0).input();
  }

  private static void remember(View view, String input) {
    redis.hset(
        StoreLayout.history(view, ANN, "tags"),
        History.field("e1"),
        HistoryItemCodec.encode(new HistoryItem("e1", 1, input, "out")));
  }
}
