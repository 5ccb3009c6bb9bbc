package io.hydra.trainer.head;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.EvidenceRules;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The trainer's topology under a driver, spoken to in records of one user and one task. */
final class TrainerDriver implements AutoCloseable {
  static final UserKey ANN = new UserKey("acme", "ann");

  /** For evidence that was read: all of a test's. */
  static final long MEMORY_BYTES = 1 << 24;

  /** The timestamp of every record, unless told otherwise. */
  static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  private final BrokenSchemas registry = new BrokenSchemas();
  private final String task;
  final Metrics metrics = new Metrics();
  final Map<UserKey, History> histories = new HashMap<>();
  final TopologyTestDriver driver;
  int reads;

  /** The user's erasure moment in the store of histories, in ms. */
  long erasedUpTo;

  TrainerDriver(Bases bases, EvidenceRules rules, long memoryBytes, String task, Path stateDir) {
    this.task = task;
    SchemaRegistrar.registerAll(registry);
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    driver =
        new TopologyTestDriver(
            HeadsTopology.build(
                bases,
                rules,
                memoryBytes,
                (user, id) -> {
                  reads++;
                  History history =
                      id.id().equals(task)
                          ? histories.getOrDefault(user, History.EMPTY)
                          : History.EMPTY;
                  return new HistoryReader.Read(history, erasedUpTo);
                },
                registry,
                Dependencies.endless(),
                new RefusedLetters.Limit(),
                new TrainerMetrics(metrics)),
            config,
            NOW);
  }

  Exposure exposure(String queryId, Instant shownAt) {
    return exposure(task, queryId, shownAt);
  }

  static Exposure exposure(String task, String queryId, Instant shownAt) {
    return Exposure.newBuilder()
        .setQueryId(queryId)
        .setTenant(ANN.tenant())
        .setUserId(ANN.userId())
        .setTask(task)
        .setAskedAt(shownAt)
        .setShownAt(shownAt)
        .setInput("fine strings of " + queryId)
        .setShown(0)
        .setCandidates(
            List.of(new ShownCandidate("4", 0.6, 5, null), new ShownCandidate("1", 0.4, 3, null)))
        .setItems(List.of("e1"))
        .setHistoryVersion(3)
        .setBaseVersion("b1")
        .setHeadVersion(2)
        .build();
  }

  static GivenVerdict verdict(String eventId, Instant at, Feedback feedback) {
    return new GivenVerdict(eventId, at, feedback);
  }

  static Feedback feedback(String queryId, Verdict verdict) {
    return Feedback.newBuilder()
        .setQueryId(queryId)
        .setVerdict(verdict)
        .setCandidate(verdict == Verdict.CHOSE ? 1 : null)
        .setText(verdict == Verdict.EDITED ? "1" : null)
        .setRating(verdict == Verdict.RATED ? 0.9 : null)
        .build();
  }

  void show(String queryId, Instant shownAt) {
    show(exposure(queryId, shownAt), shownAt);
  }

  void show(Exposure exposure, Instant recordedAt) {
    pipe(Topic.EXPOSURES, exposure, recordedAt);
  }

  void judge(String eventId, Instant at, String queryId, Verdict verdict) {
    judge(verdict(eventId, at, feedback(queryId, verdict)));
  }

  void judge(GivenVerdict verdict) {
    judge(task, verdict);
  }

  void judge(String ofTask, GivenVerdict verdict) {
    pipe(Topic.HEAD_REQUESTS, request(ofTask, 0, TriggerReason.FEEDBACK, verdict), NOW);
  }

  void request(long version) {
    pipe(Topic.HEAD_REQUESTS, request(task, version, TriggerReason.COUNT, null), NOW);
  }

  private static HeadUpdateRequest request(
      String task, long version, TriggerReason reason, GivenVerdict verdict) {
    return new HeadUpdateRequest(
        ANN.tenant(), ANN.userId(), task, version, reason, Instant.EPOCH, verdict);
  }

  void erase(Instant upTo) {
    UserErased erased = new UserErased(ANN.tenant(), ANN.userId(), "x", upTo, 0, 0, NOW);
    pipe(Topic.ERASURES, erased, NOW);
  }

  private void pipe(Topic topic, SpecificRecord value, Instant at) {
    driver
        .createInputTopic(topic.topicName(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            ANN.recordKey().getBytes(UTF_8),
            new RegistrySerializer<>(registry, topic).serialize(null, value),
            at);
  }

  /** Event id and outcome of the verdicts since the last call. */
  List<String> outcomes() throws RejectedRecordException {
    return verdictOutcomes().stream().map(o -> o.getEventId() + " " + o.getOutcome()).toList();
  }

  /** The outcomes of the verdicts since the last call. */
  List<VerdictOutcome> verdictOutcomes() throws RejectedRecordException {
    List<VerdictOutcome> outcomes = new ArrayList<>();
    for (byte[] value : output(Topic.VERDICT_OUTCOMES).readValuesToList()) {
      outcomes.add(
          new RegistryDeserializer<VerdictOutcome>(registry, Topic.VERDICT_OUTCOMES)
              .deserialize(value));
    }
    return outcomes;
  }

  /** The heads published since the last call; empty for a tombstone. */
  List<Optional<UserHeads>> heads() throws RejectedRecordException {
    List<Optional<UserHeads>> heads = new ArrayList<>();
    for (byte[] value : output(Topic.HEADS).readValuesToList()) {
      heads.add(
          value == null
              ? Optional.empty()
              : Optional.of(
                  new RegistryDeserializer<UserHeads>(registry, Topic.HEADS).deserialize(value)));
    }
    return heads;
  }

  /** The reasons of dead letters since the last call. */
  List<String> reasons(Topic topic) {
    return output(topic.deadLetters()).readRecordsToList().stream()
        .map(letter -> HydraHeaders.text(letter.headers(), DeadLetters.EXCEPTION_MESSAGE))
        .map(Optional::orElseThrow)
        .toList();
  }

  private TestOutputTopic<byte[], byte[]> output(Topic topic) {
    return driver.createOutputTopic(
        topic.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The digest of the verdicts that the stored head was fitted to; empty without a head. */
  Optional<Long> digest() {
    return storedHeads().map(heads -> heads.getTasks().get(0)).map(TaskHeads::getEvidenceDigest);
  }

  /** The stored heads without the moment of their fit. */
  Optional<UserHeads> storedHeads() {
    KeyValueStore<String, byte[]> store = driver.getKeyValueStore(HeadsTopology.STORE);
    UserHeads heads =
        HeadsTopology.serde(registry, Dependencies.endless())
            .deserializer()
            .deserialize(null, store.get(ANN.recordKey()));
    if (heads != null) {
      heads.getTasks().forEach(row -> row.setUpdatedAt(Instant.EPOCH));
    }
    return Optional.ofNullable(heads);
  }

  KeyValueStore<String, byte[]> evidence() {
    return driver.getKeyValueStore(HeadsTopology.EVIDENCE_STORE);
  }

  /** The rows of the evidence store, as text so that they compare. */
  Map<String, String> evidenceRows() {
    Map<String, String> rows = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = evidence().all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> row = all.next();
        rows.put(row.key, HexFormat.of().formatHex(row.value));
      }
    }
    return rows;
  }

  /** All that the changelog of the evidence store holds since the last call. */
  List<TestRecord<String, byte[]>> changelog() {
    return driver
        .createOutputTopic(
            "test-evidence-changelog", new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
