package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.PersonalModel;
import io.hydra.model.VerdictWeights;
import io.hydra.model.base.BaseTrainer;
import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.EvidenceRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadsTopologyTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static final UserKey CORRUPT = new UserKey("acme", "corrupt");
  private static PersonalModel model;

  @TempDir private Path stateDir;
  private final Map<UserKey, History> histories = new HashMap<>();
  private final BrokenSchemas registry = new BrokenSchemas();
  private final RefusedLetters.Limit letterLimit = new RefusedLetters.Limit();
  private UserKey corrupt = CORRUPT;
  private int reads;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> requests;
  private TestOutputTopic<byte[], byte[]> heads;
  private TestOutputTopic<byte[], byte[]> deadLetters;
  private TestInputTopic<byte[], byte[]> erasures;
  private TestOutputTopic<byte[], byte[]> erasureDeadLetters;

  @BeforeAll
  static void train() {
    model = trainedModel();
  }

  static PersonalModel trainedModel() {
    return trainedModel("b1");
  }

  static PersonalModel trainedModel(String version) {
    List<List<HistoryItem>> users = new ArrayList<>();
    for (int u = 0; u < 4; u++) {
      users.add(reviews(10, "good", "4"));
    }
    return new PersonalModel(
        version,
        new BaseTrainer(null, SampleSource.NONE, 1, TrainingProgress.NONE)
            .train(List.of(new TaskData(STARS, users))),
        TaskCatalogue.shipped());
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  private final Metrics metrics = new Metrics();

  @BeforeEach
  void start() {
    SchemaRegistrar.registerAll(registry);
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    HistoryReader reader =
        (user, task) -> {
          reads++;
          if (user.equals(corrupt)) {
            throw new RejectedRecordException("a history item is cut short");
          }
          return new HistoryReader.Read(histories.getOrDefault(user, History.EMPTY), 0);
        };
    driver =
        new TopologyTestDriver(
            HeadsTopology.build(
                new Bases(List.of(model)),
                new EvidenceRules(model.tasks(), VerdictWeights.DEFAULT, Duration.ofDays(7)),
                TrainerDriver.MEMORY_BYTES,
                reader,
                registry,
                Dependencies.endless(),
                letterLimit,
                new TrainerMetrics(metrics)),
            config);
    requests =
        driver.createInputTopic(
            Topic.HEAD_REQUESTS.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
    heads = output(Topic.HEADS);
    deadLetters = output(Topic.HEAD_REQUESTS_DLQ);
    erasures =
        driver.createInputTopic(
            Topic.ERASURES.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
    erasureDeadLetters = output(Topic.ERASURES_DLQ);
  }

  private TestOutputTopic<byte[], byte[]> output(Topic topic) {
    return driver.createOutputTopic(
        topic.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  static List<HistoryItem> reviews(int count, String word, String stars) {
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new HistoryItem("e" + i, i + 1, word + " strings", stars));
    }
    return items;
  }

  private void request(String key, String task, long version, TriggerReason reason) {
    request(ANN, key, task, version, reason);
  }

  private void request(UserKey user, String key, String task, long version, TriggerReason reason) {
    HeadUpdateRequest request =
        HeadUpdateRequest.newBuilder()
            .setTenant(user.tenant())
            .setUserId(user.userId())
            .setTask(task)
            .setHistoryVersion(version)
            .setReason(reason)
            .setRequestedAt(Instant.EPOCH)
            .build();
    requests.pipeInput(
        key.getBytes(StandardCharsets.UTF_8),
        new RegistrySerializer<HeadUpdateRequest>(registry, Topic.HEAD_REQUESTS)
            .serialize(null, request));
  }

  private void request(long version) {
    request(ANN.recordKey(), STARS.id(), version, TriggerReason.COUNT);
  }

  private void erase() {
    UserErased erased =
        UserErased.newBuilder()
            .setTenant(ANN.tenant())
            .setUserId(ANN.userId())
            .setEventId("forget-me")
            .setErasedUpTo(Instant.EPOCH)
            .setItemsRemoved(30)
            .setItemsKept(0)
            .setPerformedAt(Instant.EPOCH)
            .build();
    erasures.pipeInput(
        ANN.recordKey().getBytes(StandardCharsets.UTF_8),
        new RegistrySerializer<UserErased>(registry, Topic.ERASURES).serialize(null, erased));
  }

  private Object stored() {
    return driver.getKeyValueStore(HeadsTopology.STORE).get(ANN.recordKey());
  }

  private UserHeads read(byte[] value) throws Exception {
    return new RegistryDeserializer<UserHeads>(registry, Topic.HEADS).deserialize(value);
  }

  @Test
  void aRequestBringsTheHeadUpToTheHistory() throws Exception {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(30);
    TestRecord<byte[], byte[]> record = heads.readRecord();
    assertThat(record.key()).isEqualTo("acme:ann".getBytes(StandardCharsets.UTF_8));
    TaskHeads row = read(record.value()).getTasks().get(0);
    assertThat(row.getTask()).isEqualTo(STARS.id());
    assertThat(row.getBaseVersion()).isEqualTo("b1");
    assertThat(row.getHistoryVersion()).isEqualTo(30);
    byte[] bytes = new byte[row.getHeads().remaining()];
    row.getHeads().get(bytes);
    assertThat(bytes).hasSizeLessThan(1024);
    Heads fitted = HeadsCodec.decode(bytes);
    assertThat(fitted)
        .usingRecursiveComparison()
        .isEqualTo(model.fit(STARS, histories.get(ANN)).heads());
  }

  @Test
  void aVersionAlreadySeenCostsNothing() {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(10);
    request(20);
    request(30);
    request(30);
    assertThat(heads.readRecordsToList()).hasSize(1);
    assertThat(reads).isEqualTo(1);
  }

  @Test
  void aRebuiltHistoryIsLearntThoughItsVersionIsLower() {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(30);
    histories.put(ANN, new History(12, reviews(12, "good", "1")));
    request(ANN.recordKey(), STARS.id(), 12, TriggerReason.REBUILT);
    assertThat(heads.readRecordsToList()).hasSize(2);
  }

  @Test
  void aRebuiltHistoryIsLearntThoughItsVersionIsTheSame() {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(30);
    histories.put(ANN, new History(30, reviews(30, "good", "2")));
    request(ANN.recordKey(), STARS.id(), 30, TriggerReason.REBUILT);
    List<TestRecord<byte[], byte[]>> records = heads.readRecordsToList();
    assertThat(records).hasSize(2);
    assertThat(records.get(1).value()).isNotEqualTo(records.get(0).value());
  }

  @Test
  void whatComesOfRequestsIsCounted() {
    histories.put(ANN, new History(30, reviews(3, "great", "5")));
    request(30);
    request(30);
    request(CORRUPT, CORRUPT.recordKey(), STARS.id(), 1, TriggerReason.COUNT);
    assertThat(metrics.scrape())
        .contains("hydra_trainer_requests_total{outcome=\"fitted\"} 1.0")
        .contains("hydra_trainer_requests_total{outcome=\"skipped\"} 1.0")
        .contains("hydra_trainer_requests_total{outcome=\"rejected\"} 1.0")
        .contains("hydra_trainer_dead_letters_total{topic=\"hydra.head-requests.dlq\"} 1.0")
        .contains("hydra_trainer_fit_seconds_count 1");
  }

  @Test
  void aHistoryThatCannotBeReadIsADeadLetterAndTheStreamGoesOn() {
    request(CORRUPT, CORRUPT.recordKey(), STARS.id(), 1, TriggerReason.COUNT);
    histories.put(ANN, new History(3, reviews(3, "good", "1")));
    request(3);
    assertThat(reason(deadLetters.readRecord())).contains("cut short");
    assertThat(heads.readRecordsToList()).hasSize(1);
  }

  @Test
  void oneTasksUpdateKeepsTheOtherTasksHeads() throws Exception {
    histories.put(ANN, new History(3, reviews(3, "good", "1")));
    request(3);
    request(ANN.recordKey(), "LaMP_2M", 3, TriggerReason.COUNT);
    List<TestRecord<byte[], byte[]>> records = heads.readRecordsToList();
    assertThat(read(records.get(1).value()).getTasks())
        .extracting(TaskHeads::getTask)
        .containsExactly("LaMP_2M", "LaMP_3");
  }

  @Test
  void whatCannotBeProcessedIsADeadLetterAndTheStreamGoesOn() {
    byte[] garbage = {7, 7, 7, 7, 7, 7};
    requests.pipeInput("acme:ann".getBytes(StandardCharsets.UTF_8), garbage);
    request(ANN.recordKey(), "unheard-of", 1, TriggerReason.COUNT);
    request("acme:bob", STARS.id(), 1, TriggerReason.COUNT);
    request(ANN.recordKey(), "what ann wrote", 1, TriggerReason.COUNT);
    histories.put(ANN, new History(3, reviews(3, "good", "1")));
    request(3);

    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters).hasSize(4);
    assertThat(letters.get(0).value()).isEqualTo(garbage);
    assertThat(reason(letters.get(0))).contains("first byte");
    assertThat(reason(letters.get(1))).contains("task unheard-of is not in the catalogue");
    assertThat(reason(letters.get(2))).contains("key must be");
    assertThat(reason(letters.get(3)))
        .contains("the task is not in the catalogue")
        .doesNotContain("ann wrote");
    assertThat(heads.readRecordsToList()).hasSize(1);
  }

  private static String reason(TestRecord<byte[], byte[]> letter) {
    return HydraHeaders.text(letter.headers(), DeadLetters.EXCEPTION_MESSAGE).orElseThrow();
  }

  @Test
  void aHistoryThatIsGoneMakesNoHead() {
    request(5);
    assertThat(heads.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void anErasureLeavesNoTraceOfTheHeads() {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(30);
    histories.remove(ANN);
    erase();
    List<TestRecord<byte[], byte[]>> records = heads.readRecordsToList();
    assertThat(records).hasSize(2);
    assertThat(records.get(1).key()).isEqualTo("acme:ann".getBytes(StandardCharsets.UTF_8));
    assertThat(records.get(1).value()).isNull();
    assertThat(stored()).isNull();
    TestOutputTopic<byte[], byte[]> changelog =
        driver.createOutputTopic(
            "test-heads-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    assertThat(changelog.readRecordsToList().get(1).value()).isNull();
  }

  @Test
  void aUserWithoutHeadsIsForgottenDownstreamAllTheSame() {
    erase();
    assertThat(heads.readRecord().value()).isNull();
    assertThat(heads.isEmpty()).isTrue();
    assertThat(stored()).isNull();
  }

  @Test
  void aTrainerThatStartsOverFitsReturnedUsersAgainAfterTheirTombstone() {
    histories.put(ANN, new History(3, reviews(3, "good", "1")));
    erase();
    assertThat(heads.readRecord().value()).isNull();
    assertThat(heads.readRecord().value()).isNotNull();
    assertThat(stored()).isNotNull();
  }

  @Test
  void anOlderRequestThatComesAfterTheErasureFindsNothingToLearn() {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(20);
    histories.remove(ANN);
    erase();
    request(30);
    assertThat(heads.readRecordsToList()).hasSize(2);
    assertThat(stored()).isNull();
  }

  @Test
  void whatOccurredAfterTheErasureIsFittedAnew() throws Exception {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(30);
    request(ANN.recordKey(), "LaMP_2M", 30, TriggerReason.COUNT);
    History left = new History(31, reviews(5, "good", "4"));
    histories.put(ANN, left);
    erase();
    List<TestRecord<byte[], byte[]>> records = heads.readRecordsToList();
    assertThat(records).hasSize(4);
    assertThat(records.get(2).value()).isNull();
    List<TaskHeads> rows = read(records.get(3).value()).getTasks();
    assertThat(rows).extracting(TaskHeads::getTask).containsExactly("LaMP_2M", "LaMP_3");
    assertThat(rows).extracting(TaskHeads::getHistoryVersion).containsOnly(31L);
    assertThat(HeadsCodec.decode(rows.get(1).getHeads().array()))
        .usingRecursiveComparison()
        .isEqualTo(model.fit(STARS, left).heads());
  }

  @Test
  void aRepeatedErasureFitsNewerHeadsAgain() throws Exception {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(30);
    histories.remove(ANN);
    erase();
    histories.put(ANN, new History(2, reviews(2, "good", "5")));
    request(2);
    erase();
    List<TestRecord<byte[], byte[]>> records = heads.readRecordsToList();
    assertThat(records).hasSize(5);
    assertThat(records.get(3).value()).isNull();
    assertThat(read(records.get(4).value()).getTasks().get(0).getHeads())
        .isEqualTo(read(records.get(2).value()).getTasks().get(0).getHeads());
    assertThat(stored()).isNotNull();
  }

  @Test
  void headsGoEvenIfWhatIsLeftCannotBeRead() {
    histories.put(ANN, new History(30, reviews(30, "good", "1")));
    request(30);
    corrupt = ANN;
    erase();
    List<TestRecord<byte[], byte[]>> records = heads.readRecordsToList();
    assertThat(records).hasSize(2);
    assertThat(records.get(1).value()).isNull();
    assertThat(stored()).isNull();
    assertThat(reason(erasureDeadLetters.readRecord())).contains("cut short");
  }

  @Test
  void anErasureThatCannotBeReadIsADeadLetterOfItsOwnTopic() {
    byte[] garbage = {7, 7, 7, 7, 7, 7};
    erasures.pipeInput("acme:ann".getBytes(StandardCharsets.UTF_8), garbage);
    TestRecord<byte[], byte[]> letter = erasureDeadLetters.readRecord();
    assertThat(letter.value()).isEqualTo(garbage);
    assertThat(HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_TOPIC))
        .hasValue(Topic.ERASURES.topicName());
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(heads.isEmpty()).isTrue();
  }

  @Test
  void aRecordWhoseDecodingFailsInAnyWayIsADeadLetterAndTheStreamGoesOn() {
    byte[] key = bytes(ANN.recordKey());
    requests.pipeInput(key, BrokenSchemas.value(BrokenSchemas.ASSERTION));
    requests.pipeInput(key, BrokenSchemas.value(BrokenSchemas.DEFECT));
    erasures.pipeInput(key, BrokenSchemas.value(BrokenSchemas.ASSERTION));
    histories.put(ANN, new History(3, reviews(3, "good", "1")));
    request(3);
    assertThat(deadLetters.readRecordsToList())
        .extracting(HeadsTopologyTest::reason)
        .containsExactly(
            "decoding the record failed (AssertionError)",
            "decoding the record failed (IllegalStateException)");
    assertThat(reason(erasureDeadLetters.readRecord())).contains("AssertionError");
    assertThat(heads.readRecordsToList()).hasSize(1);
  }

  @Test
  void aLetterTooLargeForItsTopicGoesWithoutItsValueAndTheStreamGoesOn() {
    requests.pipeInput(bytes(ANN.recordKey()), new byte[3 * 1024 * 1024]);
    histories.put(ANN, new History(3, reviews(3, "good", "1")));
    request(3);
    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(bytes(ANN.recordKey()));
    assertThat(letter.value()).isNull();
    assertThat(HydraHeaders.text(letter.headers(), DeadLetters.DROPPED)).hasValue("value");
    assertThat(HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_OFFSET)).hasValue("0");
    assertThat(heads.readRecordsToList()).hasSize(1);
  }

  @Test
  void aLetterThatTheBrokerRefusedForItsSizeIsASmallerOneTheNextTime() {
    requests.pipeInput(bytes(ANN.recordKey()), new byte[100_000]);
    TestRecord<byte[], byte[]> refused = deadLetters.readRecord();
    assertThat(refused.value()).hasSize(100_000);
    RefusedLetters handler = new RefusedLetters();
    handler.configure(Map.of(RefusedLetters.LIMIT, letterLimit));
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topic.HEAD_REQUESTS_DLQ.topicName(),
            null,
            refused.key(),
            refused.value(),
            refused.headers());
    assertThat(handler.handleError(null, letter, new RecordTooLargeException()).result())
        .isEqualTo(ProductionExceptionHandler.Result.FAIL);
    requests.pipeInput(bytes(ANN.recordKey()), new byte[100_000]);
    assertThat(deadLetters.readRecord().value()).isNull();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void requestsAndErasuresOfAUserMeetInOneTask() {
    assertThat(
            HeadsTopology.build(
                    new Bases(List.of(model)),
                    new EvidenceRules(model.tasks(), VerdictWeights.DEFAULT, Duration.ofDays(7)),
                    TrainerDriver.MEMORY_BYTES,
                    (u, t) -> new HistoryReader.Read(History.EMPTY, 0),
                    registry,
                    Dependencies.endless(),
                    new RefusedLetters.Limit(),
                    new TrainerMetrics(new Metrics()))
                .describe()
                .subtopologies())
        .hasSize(1);
  }
}
