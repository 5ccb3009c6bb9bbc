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
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.HistoryId;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  private static final int MAX_BYTES = 64 * 1024;
  private static final UserKey ANN = new UserKey("acme", "ann");
  @AutoClose private static final EmbeddedRedis server = new EmbeddedRedis();
  private static final RedisClient redis = server.client();

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
          MAX_BYTES,
          () -> new RegistryDeserializer<>(registry, Topic.HEAD_REQUESTS));
  private final HistoryReader reader =
      HistoryReader.of(ahead, Dependencies.endless(), new Bases(List.of(model)), changes::add);

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

  private void poll(String... tasks) {
    poll(Stream.of(tasks).map(task -> new HistoryId(ANN, task)).toList());
  }

  /** Polls requests for histories, as a stream thread does. */
  private void poll(List<HistoryId> ids) {
    TopicPartition partition = new TopicPartition(Topic.HEAD_REQUESTS.topicName(), 0);
    List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
    for (HistoryId id : ids) {
      UserKey user = id.user();
      HeadUpdateRequest request =
          new HeadUpdateRequest(
              user.tenant(),
              user.userId(),
              id.task(),
              1L,
              TriggerReason.COUNT,
              Instant.EPOCH,
              null);
      byte[] value =
          new RegistrySerializer<HeadUpdateRequest>(registry, Topic.HEAD_REQUESTS)
              .serialize(null, request);
      polled.add(
          new ConsumerRecord<>(
              partition.topic(), 0, polled.size(), user.recordKey().getBytes(UTF_8), value));
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
  void whatARequestDidNotNeedIsGoneWithItAndAllWithThePartition() throws Exception {
    remember(View.ORIGINAL, "old");
    poll("tags");
    remember(View.ORIGINAL, "new");
    reader.forget(ANN, "unheard-of");
    reader.forget(ANN, "tags");
    assertThat(read()).isEqualTo("new");
    poll("tags");
    remember(View.ORIGINAL, "newest");
    reader.forgetAll();
    assertThat(read()).isEqualTo("newest");
  }

  /** Some of those behind the first eight, too; never more than a thread may hold. */
  @ParameterizedTest
  @CsvSource({"100, 0", "2500, 0", "100, 3000"})
  void asMuchIsReadAheadAsThereIsRoomFor(int characters, int vectorBytes) throws Exception {
    List<HistoryId> ids = users(40);
    for (HistoryId id : ids) {
      remember(id.user(), "a".repeat(characters));
      ItemVectors vectors = new ItemVectors("b1", Map.of("e1", new byte[vectorBytes]));
      Change change = new Change(id.user(), "tags", null, ItemVectors.none("b1"), vectors);
      assertThat(new VectorWriter(redis, Duration.ZERO).keep(List.of(change))).isEqualTo(1);
    }
    poll(ids);
    ids.forEach(id -> remember(id.user(), "new"));
    int ahead = 0;
    for (HistoryId id : ids) {
      ahead += input(id).equals("new") ? 0 : 1;
    }
    assertThat(ahead).isBetween(9, MAX_BYTES / (characters + vectorBytes));
  }

  /** As of a user with 200 documents: that it is large is known before it is sent. */
  @Test
  void aFullHistoryIsReadWhenItIsNeededAndNotSentBefore() throws Exception {
    List<HistoryId> ids = users(20);
    String document = "a".repeat(1_000_000);
    ids.subList(0, 8).forEach(id -> remember(id.user(), document));
    ids.subList(8, 20).forEach(id -> remember(id.user(), "old"));
    long before = sent();
    poll(ids);
    assertThat(sent() - before).isLessThan(MAX_BYTES);

    ids.subList(8, 20).forEach(id -> remember(id.user(), "new"));
    for (HistoryId id : ids.subList(8, 20)) {
      assertThat(input(id)).isEqualTo("old");
    }
    assertThat(input(ids.get(0))).isEqualTo(document);
  }

  private static List<HistoryId> users(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new HistoryId(new UserKey("acme", "user" + i), "tags"))
        .toList();
  }

  /** Bytes that Redis has sent so far. */
  private static long sent() {
    return redis
        .info("stats")
        .lines()
        .filter(line -> line.startsWith("total_net_output_bytes:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
        .sum();
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
    return input(new HistoryId(ANN, "tags"));
  }

  private String input(HistoryId id) throws RejectedRecordException {
    return reader.read(id.user(), TAGS).history().items().get(0).input();
  }

  private static void remember(View view, String input) {
    remember(view, ANN, input);
  }

  private static void remember(UserKey user, String input) {
    remember(View.ORIGINAL, user, input);
  }

  private static void remember(View view, UserKey user, String input) {
    redis.hset(
        StoreLayout.history(view, user, "tags"),
        History.field("e1"),
        HistoryItemCodec.encode(new HistoryItem("e1", 1, input, "out")));
  }
}
