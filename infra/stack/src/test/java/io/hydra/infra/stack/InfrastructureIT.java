package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.cli.HydraCli;
import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.kafka.ConsumerLag;
import io.hydra.infra.process.CommandLines;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.ingest.QueryTimeoutException;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.commands.ProtocolCommand;

/** Real broker, registry and Redis, each in a process of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InfrastructureIT {
  private static final UserKey ANN = new UserKey("shop", "ann");

  private final StringWriter said = new StringWriter();
  @TempDir static Path dir;
  private static StackConfig config;
  private static EmbeddedStack stack;
  private static SchemaRegistryClient registry;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    config = TrialStack.withoutLlm(dir);
    stack = EmbeddedStack.create(config, System.out::println);
    stack.startInfrastructure();
    registry = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    admin = Admin.create(Map.of("bootstrap.servers", stack.endpoints().bootstrapServers()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    stack.close();
    // Of a test that failed after it had detached them.
    int unused = new RunningStack(dir).stop(StackConfig.STOP_GRACE);
  }

  @Test
  void everyTopicOfTheCatalogueExists() throws Exception {
    assertThat(admin.listTopics().names().get())
        .containsAll(Arrays.stream(Topic.values()).map(Topic::topicName).toList());
  }

  @Test
  void subjectsEvolveFullTransitiveAndOthersBackward() throws Exception {
    assertThat(registry.getCompatibility(Topic.EVENTS.subject())).isEqualTo("FULL_TRANSITIVE");
    assertThat(registry.getCompatibility(null)).isEqualTo("BACKWARD");
  }

  @Test
  void topicsThatAreThereAreCheckedAndOnlyWhatIsMissingIsCreated() throws Exception {
    assertThat(topics("--check", "--partitions", "4", "--replication", "1")).isZero();
    assertThat(topics("--check", "--partitions", "5")).isEqualTo(1);
    assertThat(said.toString()).contains("hydra.events has 4 partitions, not 5");

    admin.deleteTopics(List.of(Topic.QUERIES_DLQ.topicName())).all().get();
    setRetentionOfResponses("3600000");
    var deleted = registry.deleteSubject(Topic.ERASURES.subject());
    assertThat(deleted).isNotEmpty();
    assertThat(topics("--check")).isEqualTo(1);
    assertThat(said.toString())
        .contains("hydra.queries.dlq does not exist")
        .contains("hydra.responses has retention.ms=3600000, not 86400000")
        .contains("hydra.erasures-value does not have this version's schema")
        .doesNotContain("created");

    assertThat(topics()).isEqualTo(1);
    assertThat(said.toString())
        .contains("created topic hydra.queries.dlq with 4 partitions")
        .contains("created subject hydra.erasures-value")
        .contains("hydra.responses has retention.ms=3600000, not 86400000");

    setRetentionOfResponses("86400000");
    assertThat(topics()).isZero();
    assertThat(said.toString().strip())
        .isEqualTo("all topics and subjects are as the contract wants them");
    assertThat(registry.getCompatibility(Topic.ERASURES.subject())).isEqualTo("FULL_TRANSITIVE");
  }

  private static void setRetentionOfResponses(String millis) throws Exception {
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.RESPONSES.topicName());
    var retention = new ConfigEntry("retention.ms", millis);
    admin
        .incrementalAlterConfigs(
            Map.of(topic, List.of(new AlterConfigOp(retention, AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private int topics(String... words) {
    said.getBuffer().setLength(0);
    CommandLine line = HydraCli.commandLine().setOut(new PrintWriter(said, true));
    List<String> all = new ArrayList<>(List.of("topics"));
    all.addAll(
        List.of(
            "--bootstrap-servers",
            stack.endpoints().bootstrapServers(),
            "--schema-registry-url",
            stack.endpoints().schemaRegistryUrl()));
    all.addAll(List.of(words));
    return line.execute(all.toArray(String[]::new));
  }

  @Test
  void aRecordSurvivesTheWayThroughTheRegistry() throws Exception {
    BehaviorEvent event = event("round-trip");
    byte[] bytes =
        new RegistrySerializer<BehaviorEvent>(registry, Topic.EVENTS)
            .serialize(Topic.EVENTS.topicName(), event);

    SchemaRegistryClient other = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    assertThat(new RegistryDeserializer<BehaviorEvent>(other, Topic.EVENTS).deserialize(bytes))
        .isEqualTo(event);
  }

  @Test
  void anUnknownSchemaIdIsUndecodableAndNotAnOutage() {
    byte[] bytes = ByteBuffer.allocate(20).put((byte) 0).putInt(987_654).array();
    var deserializer = new RegistryDeserializer<BehaviorEvent>(registry, Topic.EVENTS);
    assertThatThrownBy(() -> deserializer.deserialize(bytes))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("987654");
  }

  @Test
  void lagCountsWhatIsNotCommittedAndFallsToZero() throws Exception {
    ConsumerLag lag = new ConsumerLag(admin);
    long before = lag.sums().get(ConsumerGroups.STREAM_PROCESSOR);
    TopicPartition where;
    long next;
    try (var publisher = BehaviorEventPublisher.connect(connection())) {
      var first = publisher.publish(event("lag-1")).get();
      next = publisher.publish(event("lag-2")).get().offset() + 1;
      where = new TopicPartition(first.topic(), first.partition());
    }
    assertThat(lag.sums().get(ConsumerGroups.STREAM_PROCESSOR)).isEqualTo(before + 2);

    admin
        .alterConsumerGroupOffsets(
            ConsumerGroups.STREAM_PROCESSOR, Map.of(where, new OffsetAndMetadata(next)))
        .all()
        .get();
    assertThat(lag.sums().get(ConsumerGroups.STREAM_PROCESSOR)).isZero();
    assertThat(lag.sums()).containsOnlyKeys(ConsumerGroups.all());
  }

  @Test
  void redisWantsThePasswordAndNoCommandLineShowsIt() throws Exception {
    String url = stack.endpoints().redisUrl();
    String password = URI.create(url).getUserInfo().substring(1);
    String open = url.replace(":" + password + "@", "");
    try (RedisClient nobody = RedisClient.create(URI.create(open))) {
      assertThatThrownBy(nobody::ping).hasMessageContaining("NOAUTH");
    }
    try (RedisClient redis = RedisClient.create(URI.create(url))) {
      assertThat(redis.ping()).isEqualTo("PONG");
    }
    for (ManagedProcess process : stack.processes()) {
      Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      assertThat(Files.readString(commandLine)).isNotEmpty().doesNotContain(password);
    }
  }

  @Test
  void redisRefusesWhatReachesBeyondItsDataAndTellsItsEvictionPolicy() {
    try (RedisClient redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()))) {
      assertThat(redis.configGet("maxmemory-policy"))
          .containsEntry("maxmemory-policy", "noeviction");
      for (List<String> command :
          List.of(
              List.of("CONFIG", "SET", "dir", "/tmp"),
              List.of("MODULE", "LIST"),
              List.of("DEBUG", "SLEEP", "0"),
              List.of("ACL", "SETUSER", "mallory", "on", "nopass", "+@all"),
              List.of("REPLICAOF", "127.0.0.1", "1"))) {
        assertThatThrownBy(() -> send(redis, command)).hasMessageContaining("NOPERM");
      }
    }
  }

  private static Object send(RedisClient redis, List<String> command) {
    String[] words = command.subList(1, command.size()).toArray(new String[0]);
    ProtocolCommand name = () -> command.get(0).getBytes(StandardCharsets.UTF_8);
    return redis.sendCommand(name, words);
  }

  @Test
  void nothingInTheStacksFolderCanBeReadByOthers() throws Exception {
    List<Path> open = new ArrayList<>();
    try (Stream<Path> paths = Files.list(dir)) {
      for (Path path : paths.toList()) {
        if (Files.isRegularFile(path)) {
          String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
          if (!mode.endsWith("------")) {
            open.add(path);
          }
        }
      }
    }
    assertThat(open).isEmpty();
    try (Stream<Path> logs = Files.list(dir.resolve("logs"))) {
      assertThat(logs.toList())
          .isNotEmpty()
          .allSatisfy(
              log ->
                  assertThat(Files.getPosixFilePermissions(log))
                      .isEqualTo(PosixFilePermissions.fromString("rw-------")));
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(dir.resolve("redis/appendonly.aof"))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir)))
        .isEqualTo("rwx------");
  }

  @Test
  void aQueryThatNobodyAnswersTimesOut() {
    try (QueryClient client = QueryClient.connect(connection())) {
      Query query =
          Query.newBuilder()
              .setQueryId("q")
              .setTenant("shop")
              .setUserId("ann")
              .setTask("LaMP_3")
              .setInput("Stays in tune.")
              .setDeadline(Instant.now())
              .build();
      assertThatThrownBy(() -> client.ask(query).join())
          .hasCauseInstanceOf(QueryTimeoutException.class);
    }
  }

  @Test
  void aSecondStackInTheSameFolderIsRefused() throws Exception {
    try (EmbeddedStack second = EmbeddedStack.create(config, line -> {})) {
      assertThatThrownBy(second::startInfrastructure)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another launcher");
    }
    assertThat(stack.processes()).allMatch(ManagedProcess::isAlive);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aDetachedStackIsStoppedByItsRecordsAndKeepsItsSchemaIds() throws Exception {
    int id = idOfHeads();
    stack.detach();
    RunningStack found = new RunningStack(dir);
    List<ManagedProcess> left = found.processes();
    assertThat(left).hasSize(3).allMatch(ManagedProcess::isAlive);
    assertThat(found.stop(StackConfig.STOP_GRACE)).isEqualTo(3);
    assertThat(left).noneMatch(ManagedProcess::isAlive);

    stack = EmbeddedStack.create(config, System.out::println);
    stack.startInfrastructure();
    assertThat(idOfHeads()).isEqualTo(id);
    stack.detachSupervised(Duration.ofMillis(1), Duration.ofMillis(2));
    // Stopped in the midst of a restart.
    found.processes().forEach(ManagedProcess::kill);
    int unused = found.stop(StackConfig.STOP_GRACE);
    assertThat(found.processes()).isEmpty();
    assertThat(found.supervisor()).isEmpty();
    assertThat(CommandLines.naming(dir)).isEmpty();
  }

  private static int idOfHeads() throws Exception {
    return RegistryClients.open(stack.endpoints().schemaRegistryUrl())
        .getLatestSchemaMetadata(Topic.HEADS.subject())
        .getId();
  }

  private static HydraConnection connection() {
    return new HydraConnection(
        stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl());
  }

  private static BehaviorEvent event(String id) {
    return BehaviorEvents.interaction(
        id, ANN, "LaMP_3", Instant.parse("2026-01-31T10:00:00Z"), "Dull strings", "2");
  }
}
