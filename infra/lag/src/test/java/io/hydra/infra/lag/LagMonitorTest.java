package io.hydra.infra.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.broker.BrokerProcess;
import io.hydra.infra.lag.cluster.ClusterReader;
import io.hydra.infra.lag.cluster.ClusterState;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against a real broker: each trap that a lag monitor can fall into. */
class LagMonitorTest {
  private static final Instant START = ManualTime.START;

  @TempDir private static Path data;
  private static BrokerProcess broker;
  private static KafkaConnection kafka;
  private static Admin admin;

  private final ManualTime time = new ManualTime();

  /** Of this test alone: topics and groups begin with it. */
  private String mine;

  @BeforeAll
  static void startBroker() throws Exception {
    broker =
        BrokerProcess.start(
            data,
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found=true");
    kafka = KafkaConnection.open(broker.bootstrapServers(), "");
    admin = Admin.create(kafka.with(Map.of()));
  }

  @AfterAll
  static void stopBroker() throws Exception {
    admin.close();
    broker.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    mine = test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void secondsAreTheAgeOfTheFirstRecordNotConsumed() throws Exception {
    topic(2);
    produce(0, START.minusSeconds(100), START.minusSeconds(90), START.minusSeconds(3));
    produce(1, START.minusSeconds(50));
    commit("g", Map.of(0, 1L, 1, 1L));

    Report.Group group = read().group("g");

    assertThat(partition(group, 0).lag()).isEqualTo(2);
    assertThat(partition(group, 0).lagSeconds()).isEqualTo(90);
    assertThat(group.lagSeconds()).isEqualTo(90);
    assertThat(group.lag()).isEqualTo(2);
  }

  @Test
  void theAgeOfARecordWithoutATimestampIsNotKnown() throws Exception {
    topic(1);
    try (var producer =
        new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new StringSerializer())) {
      var unused =
          producer.send(
              new ProducerRecord<>(mine, 0, null, "v") {
                @Override
                public Long timestamp() {
                  return RecordBatch.NO_TIMESTAMP;
                }
              });
    }
    commit("g", Map.of(0, 0L));

    Report.Group group = read().group("g");

    assertThat(group.lag()).isEqualTo(1);
    assertThat(group.lagSeconds()).isNull();
  }

  @Test
  void groupsAtManyOffsetsOfOnePartitionAreAllExact() throws Exception {
    topic(1);
    Instant[] each = new Instant[200];
    for (int i = 0; i < each.length; i++) {
      each[i] = START.minusSeconds(1_000 - i);
    }
    produce(0, each);
    for (int i = 0; i < 20; i++) {
      commit("g" + i, Map.of(0, i * 10L));
    }

    Reading reading = read();

    for (int i = 0; i < 20; i++) {
      assertThat(reading.group("g" + i).lagSeconds()).isEqualTo(1_000 - i * 10);
    }
  }

  @Test
  void aGroupThatHasConsumedEverythingIsAtZeroSecondsHoweverLongItIsQuiet() throws Exception {
    topic(1);
    produce(0, START.minus(Duration.ofDays(3)));
    commit("g", Map.of(0, 1L));
    try (LagMonitor monitor = monitor()) {
      Report unused = monitor.cycle();
      time.advance(Duration.ofDays(1));

      Report.Group group = group(monitor.cycle(), "g");

      assertThat(group.lagSeconds()).isZero();
      assertThat(group.status()).isEqualTo(Status.OK);
      assertThat(group.why()).isNull();
    }
  }

  @Test
  void aPartitionWithoutACommitHasNoOffsetAndNoLag() throws Exception {
    topic(2);
    produce(1, START.minusSeconds(10));
    commit("g", Map.of(0, 0L));

    Report.Group group = read().group("g");

    assertThat(partition(group, 1).position()).isNull();
    assertThat(partition(group, 1).lag()).isNull();
    assertThat(partition(group, 1).lagSeconds()).isNull();
    assertThat(group.lag()).isZero();
    assertThat(group.why())
        .isEqualTo("has committed nothing yet in 1 of 2 partitions, which hold 1 record");
  }

  @Test
  void anOffsetBeyondTheEndIsNoNegativeLag() throws Exception {
    topic(1);
    produce(0, START);
    commit("g", Map.of(0, 7L));

    assertThat(partition(read().group("g"), 0).lag()).isZero();
  }

  @Test
  void aTransactionsMarkerIsALagOfARecordButNotOfTime() throws Exception {
    topic(1);
    try (var producer = transactional()) {
      producer.beginTransaction();
      send(producer, 0, START.minusSeconds(500));
      producer.commitTransaction();
    }
    commit("g", Map.of(0, 1L));
    try (LagMonitor monitor = monitor()) {
      for (int i = 0; i < 6; i++) {
        time.advance(Duration.ofSeconds(60));
        Report.Group group = group(monitor.cycle(), "g");
        assertThat(group.lag()).isEqualTo(1);
        assertThat(group.lagSeconds()).isZero();
        assertThat(group.status()).isEqualTo(Status.OK);
      }
    }
  }

  @Test
  void abortedRecordsAreNotWaitedFor() throws Exception {
    topic(1);
    try (var producer = transactional()) {
      producer.beginTransaction();
      send(producer, 0, START.minusSeconds(500));
      producer.abortTransaction();
    }
    produce(0, START.minusSeconds(7));
    commit("ahead", Map.of(0, 0L));

    assertThat(read().group("ahead").lagSeconds()).isEqualTo(7);
  }

  @Test
  void anOpenTransactionsRecordsAreNotLagButSaid() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(7));
    try (var producer = transactional()) {
      producer.beginTransaction();
      send(producer, 0, START.minusSeconds(5));
      producer.flush();
      commit("committed", Map.of(0, 1L));
      commit("uncommitted", Map.of(0, 2L));
      send(producer, 0, START.minusSeconds(4));
      producer.flush();

      Reading reading = read();

      assertThat(reading.group("committed").lag()).isZero();
      assertThat(reading.group("committed").why())
          .isEqualTo("2 records in " + mine + "-0 wait for an open transaction");
      assertThat(partition(reading.group("uncommitted"), 0).end()).isEqualTo(3);
      assertThat(reading.group("uncommitted").lag()).isEqualTo(1);
      assertThat(reading.group("uncommitted").lagSeconds()).isNull();
      producer.abortTransaction();
    }
  }

  @Test
  void recordsDeletedBeforeTheyWereReadAreToldAndTheNextOneCounts() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(90), START.minusSeconds(60), START.minusSeconds(30));
    commit("g", Map.of(0, 0L));
    admin
        .deleteRecords(Map.of(new TopicPartition(mine, 0), RecordsToDelete.beforeOffset(2)))
        .all()
        .get();

    Report.Group group = read().group("g");

    assertThat(partition(group, 0).lost()).isEqualTo(2);
    assertThat(group.lag()).isEqualTo(1);
    assertThat(group.lagSeconds()).isEqualTo(30);
    assertThat(group.why()).startsWith("2 records were deleted before they were read");
  }

  @Test
  void aGroupWithoutMembersStaysAndIsStoppedOnceItHasStoodStill() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(1));
    commit("g", Map.of(0, 0L));
    try (LagMonitor monitor = monitor()) {
      assertThat(group(monitor.cycle(), "g").status()).isEqualTo(Status.OK);
      time.advance(Duration.ofSeconds(60));

      Report.Group group = group(monitor.cycle(), "g");

      assertThat(group.state()).isEqualTo(GroupState.EMPTY);
      assertThat(partition(group, 0).status()).isEqualTo(Status.STOP);
      assertThat(group.status()).isEqualTo(Status.ERROR);
      assertThat(group.why())
          .isEqualTo(
              "no member, and "
                  + mine
                  + "-0 has not moved since 2026-01-01T00:00:00Z: start its consumer");
    }
  }

  @Test
  void aGroupWhoseMembersHaveLeftIsToldAtOnceAndIsNotTakenForOneWithoutAny() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(1));
    commit("g", Map.of(0, 0L));
    try (LagMonitor monitor = monitor()) {
      try (var consumer =
          new KafkaConsumer<>(
              kafka.with(Map.of("group.id", mine + ".g", "enable.auto.commit", false)),
              new StringDeserializer(),
              new StringDeserializer())) {
        consumer.subscribe(List.of(mine));
        while (consumer.assignment().isEmpty()) {
          consumer.poll(Duration.ofMillis(50));
        }
        Report.Group group = group(monitor.cycle(), "g");
        assertThat(group.lastMember()).isEqualTo(START);
      }
      time.advance(Duration.ofSeconds(2));

      Report.Group group = group(monitor.cycle(), "g");

      assertThat(group.status()).isEqualTo(Status.OK);
      assertThat(group.lastMember()).isEqualTo(START);
      assertThat(group.why()).isEqualTo("no member since 2026-01-01T00:00:00Z: start its consumer");
    }
  }

  @Test
  void recordsThatWillExpireAreToldBefore() throws Exception {
    topic(1, Map.of("retention.ms", "" + Duration.ofDays(20_000).toMillis()));
    produce(0, START.minus(Duration.ofDays(19_000)));
    commit("g", Map.of(0, 0L));

    assertThat(read().group("g").why())
        .isEqualTo("is late in " + mine + "-0; the first record not read expires in 1000 d");
  }

  @Test
  void aTopicThatAGroupHasLeftIsAbandoned() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(1));
    String other = mine + "-other";
    create(other, 1, Map.of());
    commit("g", Map.of(0, 0L));
    try (var consumer =
            new KafkaConsumer<>(
                kafka.with(Map.of("group.id", mine + ".g")),
                new StringDeserializer(),
                new StringDeserializer());
        LagMonitor monitor = monitor()) {
      consumer.subscribe(List.of(other));
      while (consumer.assignment().isEmpty()) {
        consumer.poll(Duration.ofMillis(50));
      }
      Report unused = monitor.cycle();
      time.advance(Duration.ofSeconds(60));

      Report.Group group = group(monitor.cycle(), "g");

      assertThat(group.members()).isEqualTo(1);
      assertThat(group.type()).isEqualTo(GroupType.CLASSIC);
      assertThat(group.why()).startsWith("abandoned: no member reads " + mine);
    }
  }

  @Test
  void aMemberThatDoesNotMoveIsStalled() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(1));
    commit("g", Map.of(0, 0L));
    try (var consumer =
            new KafkaConsumer<>(
                kafka.with(
                    Map.of(
                        "group.id",
                        mine + ".g",
                        "group.protocol",
                        "consumer",
                        "enable.auto.commit",
                        false)),
                new StringDeserializer(),
                new StringDeserializer());
        LagMonitor monitor = monitor()) {
      consumer.subscribe(List.of(mine));
      while (consumer.assignment().isEmpty()) {
        consumer.poll(Duration.ofMillis(50));
      }
      Report report = monitor.cycle();
      for (int i = 1; i < 10; i++) {
        time.advance(Duration.ofSeconds(5));
        report = monitor.cycle();
      }

      Report.Group group = group(report, "g");

      assertThat(group.type()).isEqualTo(GroupType.CONSUMER);
      assertThat(partition(group, 0).status()).isEqualTo(Status.STALL);
      assertThat(group.why())
          .startsWith(
              "a member owns "
                  + mine
                  + "-0, but its offset has stood at 0 since 2026-01-01T00:00:00Z");
    }
  }

  @Test
  void aShareGroupsLagIsFromItsStartOffset() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(9), START.minusSeconds(8));
    try (var consumer =
        new KafkaShareConsumer<>(
            kafka.with(Map.of("group.id", mine + ".share")),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(mine));
      while (read().find("share").isEmpty()) {
        consumer.poll(Duration.ofMillis(50));
      }
    }
    admin
        .alterShareGroupOffsets(mine + ".share", Map.of(new TopicPartition(mine, 0), 0L))
        .all()
        .get();

    Report.Group group = read().group("share");

    assertThat(group.type()).isEqualTo(GroupType.SHARE);
    assertThat(group.lag()).isEqualTo(2);
    assertThat(group.lagSeconds()).isEqualTo(9);
  }

  @Test
  void aGroupThatMayNotBeDescribedDoesNotExistAndTheRestIsRead() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(4));
    commit("open", Map.of(0, 0L));
    commit("closed", Map.of(0, 0L));
    acl(ResourceType.GROUP, mine + ".closed", AclOperation.DESCRIBE, AclPermissionType.DENY);

    // Rights take effect a moment after they are given.
    Reading reading = read();
    while (reading.find("closed").isPresent()) {
      reading = read();
    }

    assertThat(reading.group("open").lagSeconds()).isEqualTo(4);
  }

  @Test
  void aTopicThatMayNotBeReadHasRecordsButNoSeconds() throws Exception {
    topic(1);
    produce(0, START.minusSeconds(4));
    commit("g", Map.of(0, 0L));
    acl(ResourceType.TOPIC, mine, AclOperation.DESCRIBE, AclPermissionType.ALLOW);

    Report.Group group = read().group("g");
    while (group.lagSeconds() != null) {
      group = read().group("g");
    }

    assertThat(group.lag()).isEqualTo(1);
  }

  @Test
  void aTopicThatIsDeletedIsForgottenAndTheRestIsRead() throws Exception {
    topic(1);
    String doomed = mine + "-doomed";
    create(doomed, 1, Map.of());
    produce(0, START.minusSeconds(4));
    commit("g", Map.of(0, 0L));
    admin
        .alterConsumerGroupOffsets(
            mine + ".g", Map.of(new TopicPartition(doomed, 0), new OffsetAndMetadata(0)))
        .all()
        .get();
    try (LagMonitor monitor = monitor()) {
      assertThat(group(monitor.cycle(), "g").partitions()).hasSize(2);
      admin.deleteTopics(List.of(doomed)).all().get();

      Report report = monitor.cycle();
      while (group(report, "g").partitions().size() > 1) {
        report = monitor.cycle();
      }

      assertThat(group(report, "g").lagSeconds()).isEqualTo(4);
    }
  }

  @Test
  void aGroupThatItsBrokerDidNotListIsNotForgotten() throws Exception {
    ClusterState.Problem unlisted =
        new ClusterState.Problem(ClusterReader.LISTING, "could not be read");
    try (LagMonitor monitor = monitor()) {
      assertThat(monitor.judge(state(List.of(), group(1)))).hasSize(1);
      time.advance(Duration.ofSeconds(30));
      assertThat(monitor.judge(state(List.of(unlisted)))).isEmpty();

      assertThat(monitor.judge(state(List.of(), group(0))).get(0).lastMember()).isEqualTo(START);

      assertThat(monitor.judge(state(List.of()))).isEmpty();
      assertThat(monitor.judge(state(List.of(), group(0))).get(0).lastMember()).isNull();
    }
  }

  private static ClusterState.Group group(int members) {
    var who =
        new ClusterState.Group.Members(GroupType.CONSUMER, GroupState.STABLE, members, Set.of());
    return new ClusterState.Group("g", who, Map.of());
  }

  private ClusterState state(List<ClusterState.Problem> problems, ClusterState.Group... groups) {
    return new ClusterState(time.instant(), List.of(groups), Map.of(), problems);
  }

  @Test
  void aClusterWhoseNamesAreNotKnownYetIsWaitedFor() {
    KafkaConnection unknown = KafkaConnection.open("nowhere.invalid:9092", "");
    assertThatThrownBy(() -> LagMonitor.open(unknown, options("--groups", ".*"), time))
        .matches(e -> LagMonitorMain.isOutage((Exception) e));
  }

  @Test
  void aClusterThatDoesNotAnswerIsAFailureOfTheCycle() {
    try (LagMonitor monitor =
        LagMonitor.open(KafkaConnection.open("127.0.0.1:1", ""), options("--groups", ".*"), time)) {
      assertThatThrownBy(monitor::cycle).isInstanceOf(ExecutionException.class);
    }
  }

  private record Reading(Report report, String mine) {
    Report.Group group(String name) {
      return find(name).orElseThrow();
    }

    java.util.Optional<Report.Group> find(String name) {
      return report.groups().stream().filter(g -> g.group().equals(mine + "." + name)).findAny();
    }
  }

  private Reading read() throws Exception {
    try (LagMonitor monitor = monitor()) {
      return new Reading(monitor.cycle(), mine);
    }
  }

  private LagMonitor monitor() {
    return LagMonitor.open(kafka, options("--groups", mine + "[.].*"), time);
  }

  /** As every program reads them. */
  static LagOptions options(String... words) {
    LagOptions options = new LagOptions();
    CommandLine.ParseResult unused = Program.commandLine(options).parseArgs(words);
    return options;
  }

  private Report.Group group(Report report, String name) {
    return new Reading(report, mine).group(name);
  }

  private Report.Partition partition(Report.Group group, int number) {
    return group.partitions().stream()
        .filter(p -> p.topic().equals(mine) && p.partition() == number)
        .findAny()
        .orElseThrow();
  }

  private static void acl(
      ResourceType type, String name, AclOperation operation, AclPermissionType permission)
      throws Exception {
    admin
        .createAcls(
            List.of(
                new AclBinding(
                    new ResourcePattern(type, name, PatternType.LITERAL),
                    new AccessControlEntry("User:ANONYMOUS", "*", operation, permission))))
        .all()
        .get();
  }

  private void topic(int partitions) throws Exception {
    topic(partitions, Map.of("retention.ms", "-1"));
  }

  private void topic(int partitions, Map<String, String> config) throws Exception {
    create(mine, partitions, config);
  }

  private static void create(String topic, int partitions, Map<String, String> config)
      throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
        .all()
        .get();
  }

  private void produce(int partition, Instant... at) throws Exception {
    try (var producer =
        new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new StringSerializer())) {
      for (Instant each : at) {
        send(producer, partition, each);
      }
    }
  }

  private KafkaProducer<String, String> transactional() {
    var producer =
        new KafkaProducer<>(
            kafka.with(Map.of("transactional.id", mine)),
            new StringSerializer(),
            new StringSerializer());
    producer.initTransactions();
    return producer;
  }

  private void send(KafkaProducer<String, String> producer, int partition, Instant at) {
    var unused =
        producer.send(new ProducerRecord<>(mine, partition, at.toEpochMilli(), "key", "value"));
  }

  private void commit(String group, Map<Integer, Long> offsets) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    offsets.forEach(
        (partition, offset) ->
            commits.put(new TopicPartition(mine, partition), new OffsetAndMetadata(offset)));
    admin.alterConsumerGroupOffsets(mine + "." + group, commits).all().get();
  }
}
