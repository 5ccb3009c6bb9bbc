package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.demo.Demo;
import io.hydra.infra.demo.Demo.Progress;
import io.hydra.infra.demo.DemoReport;
import io.hydra.infra.demo.HistoryCheck;
import io.hydra.infra.fault.Topics;
import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.lag.Report;
import io.hydra.infra.lag.Status;
import io.hydra.infra.output.Json;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.training.BaseTraining;
import io.hydra.infra.training.SampleGenerator;
import io.hydra.infra.training.TrainingData;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.model.CallSaving;
import io.hydra.model.DeviceHeadCodec;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The whole path on the embedded stack, every component a real process, as the demo runs it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndIT {
  private static final long SEED = 7;
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final UserKey EVE = new UserKey("shop", "eve");

  @TempDir static Path dir;
  private static ForeignPackages packages;
  private static EmbeddedStack stack;
  private static LampSplit dev;
  private static TaskSpec task;
  private static DemoReport report;
  private static SchemaRegistryClient registry;
  private static RedisClient redis;
  private static Admin admin;
  private static KafkaProducer<byte[], byte[]> raw;
  private static Topics topics;

  @BeforeAll
  static void runTheDemo() throws Exception {
    packages = new ForeignPackages(dir);
    Path sample = dir.resolve("sample");
    new SampleGenerator(SEED).write(sample);
    dev = LampReader.read(sample, "dev");
    task = TaskCatalogue.shipped().find(dev.taskId()).orElseThrow();
    TrainingData training = new TrainingData(sample, dir);
    StackConfig config =
        TrialStack.in(dir).withLlm(new LlmSettings.Simulated(List.of(training.llmPrior())));
    Progress progress =
        new Progress(new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)));
    stack = EmbeddedStack.create(config, progress::say);
    stack.startInfrastructure();
    Path base = dir.resolve("base");
    new BaseTraining(TrialStack.HOME, base.resolveSibling("base-training.log"))
        .train(training, base, config.llm(), stack.endpoints().llmBaseUrl());
    stack.startServices(base, Map.of("HYDRA_GATEWAY_QUERY_TIMEOUT", TrialStack.PATIENCE + "s"));
    report =
        new Demo(
                stack.endpoints(),
                task,
                dev,
                BaseFiles.check(base).version(),
                HistoryCheck.limits(System.getenv()),
                progress)
            .run(true, OptionalLong::empty)
            .report();
    registry = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()));
    Map<String, Object> connection =
        Map.of("bootstrap.servers", stack.endpoints().bootstrapServers());
    admin = Admin.create(connection);
    topics = new Topics(stack.endpoints().bootstrapServers());
    raw = new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterAll
  static void leavesNoProcessBehind() {
    raw.close();
    admin.close();
    redis.close();
    List<ManagedProcess> all = stack.processes();
    stack.close();
    assertThat(all).hasSize(9).noneMatch(ManagedProcess::isAlive);
  }

  @Test
  @Order(1)
  void everyCheckOfTheDemoHolds() {
    assertThat(report.checks()).hasSize(7).allMatch(DemoReport.Check::ok);
    assertThat(report.events())
        .isEqualTo(dev.users().stream().mapToInt(user -> user.profile().size()).sum());
    assertThat(report.personalized().get("accuracy")).isGreaterThan(report.plain().get("accuracy"));
  }

  @Test
  @Order(2)
  void replayedEventsChangeNoHistory() throws Exception {
    try (BehaviorEventPublisher publisher = BehaviorEventPublisher.connect(connection())) {
      List<CompletableFuture<?>> sent = new ArrayList<>();
      for (LampUser user : dev.users()) {
        List<HistoryItem> backwards = new ArrayList<>(user.profile());
        Collections.reverse(backwards);
        backwards.forEach(i -> sent.add(publisher.publish(interaction(user.id(), i))));
      }
      sent.forEach(CompletableFuture::join);
      TrialStack.awaitWritten(publisher, redis, task.id());
    }
    HistoryCheck check = new HistoryCheck(redis, task.id(), HistoryCheck.limits(System.getenv()));
    assertThat(check.wrong(dev.users())).isEmpty();
  }

  @Test
  @Order(3)
  void badEventsBecomeDeadLettersAndTheGoodOnesBetweenThemArrive() throws Exception {
    byte[] good = eventBytes(EVE, "between", "a note on the night train", "travel");
    byte[] unknownId = good.clone();
    ByteBuffer.wrap(unknownId).putInt(1, 987_654);
    byte[] eve = EVE.recordKey().getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> bad = new HashMap<>();
    bad.put("first byte", "plainly not Avro".getBytes(StandardCharsets.UTF_8));
    bad.put("unknown to the registry", unknownId);
    bad.put("user_id must not be empty", nobody());
    bad.put("interaction.input", eventBytes(EVE, "blank", " ", "travel"));
    for (Map.Entry<String, byte[]> entry : bad.entrySet()) {
      send(Topic.EVENTS, eve, entry.getValue());
    }
    send(Topic.EVENTS, eve, good);
    send(Topic.EVENTS, "shop:someone-else".getBytes(StandardCharsets.UTF_8), good);
    bad.put("record key", good);

    Map<String, byte[]> letters = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : topics.await(Topic.EVENTS_DLQ, bad.size())) {
      String reason =
          HydraHeaders.text(letter.headers(), DeadLetters.EXCEPTION_MESSAGE).orElseThrow();
      bad.keySet().stream()
          .filter(reason::contains)
          .findFirst()
          .ifPresent(known -> letters.put(known, letter.value()));
      assertThat(HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_TOPIC))
          .hasValue(Topic.EVENTS.topicName());
    }
    assertThat(letters).containsExactlyInAnyOrderEntriesOf(bad);
    awaitWritten();
    assertThat(new Histories(redis).read(EVE, task.id()).items())
        .extracting(HistoryItem::eventId)
        .containsExactly("between");
  }

  @Test
  @Order(4)
  void badQueriesAreAnsweredWithTheReasonOrBecomeDeadLetters() throws Exception {
    byte[] eve = EVE.recordKey().getBytes(StandardCharsets.UTF_8);
    byte[] garbage = {9, 9, 9, 9, 9, 9};
    Instant later = Instant.now().plus(Await.PATIENCE);
    send(Topic.QUERIES, eve, garbage);
    send(Topic.QUERIES, eve, query("unheard-of", "unheard-of", "a text", later));
    send(Topic.QUERIES, eve, query("empty", task.id(), " ", later));
    send(Topic.QUERIES, eve, query("late", task.id(), "a text", Instant.now().minusSeconds(1)));
    send(Topic.QUERIES, eve, query("fine", task.id(), "a text", later));

    // So that a second response to a query would be there.
    TrialStack.awaitNoLag(admin, ConsumerGroups.SERVING);
    Map<String, Response> responses = new HashMap<>();
    RegistryDeserializer<Response> deserializer =
        new RegistryDeserializer<>(registry, Topic.RESPONSES);
    for (ConsumerRecord<byte[], byte[]> record :
        topics.await(Topic.RESPONSES, 2 * dev.users().size() + 4)) {
      Response response = deserializer.deserialize(record.value());
      assertThat(responses.put(response.getTenant() + "/" + response.getQueryId(), response))
          .as("a second response to %s", response.getQueryId())
          .isNull();
    }
    assertThat(responses.get("shop/unheard-of").getStatus()).isEqualTo(ResponseStatus.UNKNOWN_TASK);
    assertThat(responses.get("shop/unheard-of").getReason()).contains(task.id());
    assertThat(responses.get("shop/empty").getStatus()).isEqualTo(ResponseStatus.INVALID_QUERY);
    assertThat(responses.get("shop/late").getStatus()).isEqualTo(ResponseStatus.DEADLINE_EXCEEDED);
    assertThat(responses.get("shop/fine").getStatus())
        .isIn(ResponseStatus.OK, ResponseStatus.DEGRADED);
    assertThat(responses.get("shop/fine").getText()).isIn(task.options());
    assertThat(topics.await(Topic.QUERIES_DLQ, 1).get(0).value()).isEqualTo(garbage);

    assertThat(publishAgain(Topic.QUERIES_DLQ)).contains("1 of 1 letter published again");
    List<ConsumerRecord<byte[], byte[]>> letters = topics.await(Topic.QUERIES_DLQ, 3);
    assertThat(letters).as("the letter, its mark and another letter").hasSize(3);
    assertThat(letters)
        .filteredOn(letter -> DeadLetters.marked(letter).isEmpty())
        .allSatisfy(letter -> assertThat(letter.value()).isEqualTo(garbage));
    assertThat(publishAgain(Topic.QUERIES_DLQ)).as("the other").contains("1 of 1 letter");
  }

  private static String publishAgain(Topic letters) {
    StringWriter out = new StringWriter();
    List<String> line =
        List.of("dead-letters", "--topic", letters.topicName(), "--replay", "--execute");
    int exit =
        HydraCli.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute(
                Stream.concat(line.stream(), Stream.of("--dir", dir.toString()))
                    .toArray(String[]::new));
    assertThat(exit).as(out.toString()).isZero();
    return out.toString();
  }

  @Test
  @Order(5)
  void headersAreEchoedAndTheReplyPartitionIsHonoured() throws Exception {
    byte[] eve = EVE.recordKey().getBytes(StandardCharsets.UTF_8);
    byte[] correlation = {1, 2, 3, (byte) 0xff};
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topic.QUERIES.topicName(),
            eve,
            query("headers", task.id(), "a text", Instant.now().plus(Await.PATIENCE)));
    record.headers().add(HydraHeaders.CORRELATION_ID, correlation);
    record
        .headers()
        .add(HydraHeaders.REPLY_TOPIC, HydraHeaders.utf8(Topic.RESPONSES.topicName()))
        .add(HydraHeaders.REPLY_PARTITION, ByteBuffer.allocate(4).putInt(3).array())
        .add(
            HydraHeaders.TRACEPARENT,
            HydraHeaders.utf8("00-" + "a".repeat(32) + "-b7ad6b7169203331-01"));
    raw.send(record).get();

    ConsumerRecord<byte[], byte[]> response =
        topics.await(Topic.RESPONSES, 2 * dev.users().size() + 5).stream()
            .filter(r -> r.headers().lastHeader(HydraHeaders.CORRELATION_ID) != null)
            .filter(
                r ->
                    Arrays.equals(
                        r.headers().lastHeader(HydraHeaders.CORRELATION_ID).value(), correlation))
            .findFirst()
            .orElseThrow();
    assertThat(response.partition()).isEqualTo(3);
    assertThat(response.key()).isEqualTo(eve);
    assertThat(HydraHeaders.text(response.headers(), HydraHeaders.CE_SPECVERSION)).hasValue("1.0");
    assertThat(HydraHeaders.text(response.headers(), HydraHeaders.CE_ID)).isPresent();
    assertThat(HydraHeaders.text(response.headers(), HydraHeaders.TRACEPARENT))
        .hasValueSatisfying(t -> assertThat(t).startsWith("00-" + "a".repeat(32)));
  }

  @Test
  @Order(6)
  void tenantsNeverMeet() {
    UserKey sameId = new UserKey("other-tenant", dev.users().get(0).id());
    assertThat(new Histories(redis).read(sameId, task.id()).items()).isEmpty();
  }

  @Test
  @Order(7)
  void aForgottenUserIsAnsweredAsOneNeverSeen() throws Exception {
    ForgottenUser zoe =
        new ForgottenUser(
            stack.endpoints(),
            dir,
            redis,
            registry,
            task,
            BaseFiles.check(dir.resolve("base")).version(),
            dev.users().get(0).profile());
    Response before = zoe.isRemembered();
    assertThat(zoe.isForgotten())
        .contains(dev.users().get(0).profile().size() + " history items removed, 0 kept");
    zoe.hasLeftOnlyTheWatermark();
    zoe.isReplayed();
    awaitWritten();
    TrialStack.awaitNoLag(admin, ConsumerGroups.TRAINER, ConsumerGroups.HEADS_WRITER);
    zoe.hasLeftOnlyTheWatermark();
    zoe.isAnsweredAsOneNeverSeen(before);
    ForgottenUser.hasATombstone(topics.all(Topic.HEADS));
    zoe.hasAnAuditRecordWithoutText(topics.all(Topic.ERASURES));
  }

  @Test
  @Order(8)
  void aVerdictIsJoinedWithWhatWasShownAndTheHeadLearnsIt() throws Exception {
    String text = dev.users().get(0).profile().get(0).input();
    JudgingUser judge = new JudgingUser("shop", "judge", dir, task);
    JsonNode first = judge.ask(text);
    assertThat(first.path("head").isNull()).isTrue();
    assertThat(first.path("candidates").path(0).path("population").asDouble())
        .isEqualTo(first.path("candidates").path(0).path("score").asDouble());
    String query = first.path("queryId").asText();

    assertThat(judge.judge(query, "--choose", "1")).startsWith("0: joined");
    JsonNode second = judge.askUntilTheHeadKnows(1, text);
    assertThat(second.path("status").asText()).isEqualTo("OK");
    assertThat(second.path("head").path("examples").asInt()).isEqualTo(1);
    assertThat(judge.explain(text)).contains("own head: 1 past answer (verdicts: 1)");
    assertThat(judge.worth())
        .startsWith("0: ")
        .containsPattern(task.id() + " +all +all +[1-9]")
        .contains("too few");

    Path file = dir.resolve("judge.head");
    assertThat(judge.export(file)).startsWith("0: ").contains("of base");
    assertThat(DeviceHeadCodec.decode(Files.readAllBytes(file)).own().members()).isNotEmpty();
    assertThat(judge.export(file, "--epsilon", "8")).startsWith("0: ");
    assertThat(DeviceHeadCodec.decode(Files.readAllBytes(file)).own().members()).isEmpty();
    assertThat(judge.export(file, "--epsilon", "8")).startsWith("1: ").contains("as often as");

    assertThat(judge.judge(query, "--choose", "99"))
        .startsWith("2: ")
        .contains("candidates, counted from 0");
    assertThat(judge.judge("of-nobody", "--accept")).startsWith("1: ").contains("--task");
    assertThat(judge.judge("of-nobody", "--accept", "--task", task.id())).startsWith("3: waiting");
    assertThat(topics.all(Topic.EXPOSURES_DLQ)).isEmpty();
    assertThat(topics.all(Topic.EXPOSURES)).isNotEmpty();
  }

  @Test
  @Order(8)
  void anAppGoesTheWholeWayByHttp() throws Exception {
    apps().goTheWholeWay(task.id(), "a note on the night train", task.options().get(0));
    apps().areForgottenByTheCommand(task.id(), "a note on the night train", dir);
  }

  @Test
  @Order(8)
  void anAppOnOpenAisJavaClientIsPersonalized() {
    apps().areAnsweredThroughOpenAisJavaClient(task.id(), "a night train", task.options());
  }

  @Test
  @Order(8)
  void anAppIsKeptToItsTenant() throws Exception {
    apps().areKeptToTheirTenant(task.id());
  }

  @Test
  @Order(8)
  void theQuickstartForCurlRuns() throws Exception {
    apps().runTheSnippetForCurl();
  }

  @Test
  @Order(8)
  void theQuickstartForNodeRuns() throws Exception {
    apps().runTheSnippetForNode(packages);
  }

  @Test
  @Order(8)
  void theQuickstartForPythonRuns() throws Exception {
    apps().runTheSnippetForPython(packages);
  }

  @Test
  @Order(8)
  void theQuickstartForJavaRuns() throws Exception {
    apps().runTheSnippetForJava();
  }

  @Test
  @Order(8)
  void theQuickstartForSpringRuns() throws Exception {
    new AppsByKafka(stack.endpoints(), TrialStack.HOME, dir).areAnsweredThroughSpring();
  }

  @Test
  @Order(8)
  void theExampleForKafkajsRuns() throws Exception {
    new AppsByKafka(stack.endpoints(), TrialStack.HOME, dir).areAnsweredThroughKafkajs(packages);
  }

  @Test
  @Order(9)
  void theQuickstartForKcatRuns() throws Exception {
    new AppsByKafka(stack.endpoints(), TrialStack.HOME, dir).areReadByKcat();
  }

  @Test
  @Order(9)
  void everyServiceIsLiveAndReadyAndHasMetrics() throws Exception {
    assertThat(new OpsPages().allAnswer(stack.endpoints().metricsUrls()))
        .containsExactly(
            "broker",
            "simulated-llm",
            "stream-processor",
            "trainer",
            "serving",
            "gateway",
            "lag-monitor");
  }

  @Test
  @Order(9)
  void theLibrariesExposeWhatAlertsAndDashboardsUseOfThem() throws Exception {
    List<String> used =
        Files.readAllLines(TrialStack.HOME.resolve("infra/alerts/library-metrics.txt")).stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split(" ", 2)[0])
            .toList();
    assertThat(new OpsPages().names(stack.endpoints().metricsUrls())).containsAll(used);
  }

  @Test
  @Order(9)
  void theLagMonitorKnowsWhereEveryGroupIs() throws Exception {
    TrialStack.awaitNoLag(admin);
    Instant now = Instant.now();
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest lag =
        HttpRequest.newBuilder(URI.create(stack.endpoints().statusUrl() + "/lag")).build();
    Report seen =
        Await.until(
            "a report of what is now",
            ROUND,
            () -> Report.parse(http.send(lag, BodyHandlers.ofString()).body()),
            report -> report.at().isAfter(now));
    assertThat(seen.groups()).extracting(Report.Group::group).containsAll(ConsumerGroups.all());
    assertThat(seen.groups())
        .filteredOn(group -> ConsumerGroups.all().contains(group.group()))
        .allMatch(group -> group.status() == Status.OK && group.lagSeconds() == 0);
    assertThat(seen.problems()).isEmpty();
  }

  @Test
  @Order(9)
  void theStatusPageReadsEveryService() throws Exception {
    OpsPages pages = new OpsPages();
    URI address = URI.create(stack.endpoints().statusUrl());
    assertThat(pages.get(address.resolve("/"))).contains("<title>");
    JsonNode overview =
        Await.until(
            "figures of serving",
            ROUND,
            () -> Json.parse(pages.get(address.resolve("/overview")), JsonNode.class),
            read -> !read.at("/figures/counters/hydra_serving_queries_total").isEmpty());
    assertThat(overview.path("services"))
        .isNotEmpty()
        .allMatch(service -> service.path("state").asText().equals("READY"));
    assertThat(overview.path("groups")).isNotEmpty();
  }

  @Test
  @Order(8)
  void flinksAddressCanBeReadAndTakesNoCommands() throws Exception {
    new FlinkDoor(stack.endpoints().flinkUrl()).canOnlyBeRead();
  }

  @Test
  @Order(9)
  void nothingIsLeftToDo() throws Exception {
    TrialStack.awaitNoLag(admin);
    assertThat(stack.processes()).hasSize(9).allMatch(ManagedProcess::isAlive);
  }

  @Test
  @Order(10)
  void aCohortThatLosesWhatOthersGainIsFound() throws Exception {
    int known = dev.users().size();
    try (JudgingCrowd crowd = crowd(Demo.TENANT)) {
      // If all are judged alike, 16 are certain to lose, and 53 more to gain on the whole.
      crowd.judge(60, n -> dev.users().get(n % known).id(), true);
      crowd.judge(20, n -> "newcomer-" + n, false);
    }
    Await.until(
        "a cohort that loses what others gain",
        ROUND,
        () -> gains().bound("high", "no") < 0 && gains().bound("low", "all") > 0);
    assertThat(new JudgingUser(Demo.TENANT, "judge", dir, task).worth())
        .startsWith("3: ")
        .contains(task.id() + ", no events told");
  }

  @Test
  @Order(11)
  void theLosingCohortIsNamedOnTheStatusPage() throws Exception {
    assertThat(gains().statusPage())
        .contains("HydraCohortLoses", "Worst cohort: " + task.id() + ", no events told");
  }

  @Test
  @Order(11)
  void theLosingCohortRaisesItsAlert() throws Exception {
    gains().raiseTheAlertOfACohort(TrialStack.HOME.resolve("infra/alerts"));
  }

  @Test
  @Order(12)
  void aTaskThatPlainSamplingServesBetterFallsBackAndFindsItsWayBack() {
    Predicate<String> usual = id -> !CallSaving.isExplored(id);
    IntFunction<String> user = number -> "user-" + number;
    try (JudgingCrowd crowd = crowd("served-worse")) {
      Await.until(
          "plain sampling's answers",
          () -> {
            List<Response> responses = crowd.ask(user, usual);
            responses.forEach(response -> crowd.judge(response, false));
            return responses.stream().allMatch(JudgingCrowd::hasFallenBack);
          });
      Await.until(
          "other answers again",
          () -> {
            List<Response> responses = crowd.ask(user, CallSaving::isExplored);
            assertThat(responses).noneMatch(JudgingCrowd::hasFallenBack);
            responses.forEach(response -> crowd.judge(response, true));
            return crowd.ask(user, usual).stream().noneMatch(JudgingCrowd::hasFallenBack);
          });
    }
  }

  private static GainsShown gains() {
    return new GainsShown(stack.endpoints(), dir, task.id());
  }

  private static JudgingCrowd crowd(String tenant) {
    return new JudgingCrowd(
        connection(),
        tenant,
        task,
        dev.users().stream()
            .flatMap(user -> user.profile().stream())
            .map(HistoryItem::input)
            .toList());
  }

  private static AppsByHttp apps() {
    return new AppsByHttp(stack.endpoints(), dir);
  }

  private static HydraConnection connection() {
    return new HydraConnection(
        stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl());
  }

  private static BehaviorEvent interaction(String user, HistoryItem item) {
    return BehaviorEvents.interaction(
        item.eventId(),
        new UserKey(Demo.TENANT, user),
        task.id(),
        Instant.ofEpochMilli(item.occurredAt()),
        item.input(),
        item.output());
  }

  private static byte[] eventBytes(UserKey user, String id, String input, String output) {
    return serialize(
        BehaviorEvents.interaction(
            id, user, task.id(), Instant.parse("2026-01-31T10:00:00Z"), input, output));
  }

  private static byte[] nobody() {
    BehaviorEvent event =
        BehaviorEvents.interaction(
            "nobody", EVE, task.id(), Instant.parse("2026-01-31T10:00:00Z"), "a note", "travel");
    event.setUserId("");
    return serialize(event);
  }

  private static byte[] serialize(BehaviorEvent event) {
    return new RegistrySerializer<BehaviorEvent>(registry, Topic.EVENTS).serialize(null, event);
  }

  private static byte[] query(String id, String taskId, String input, Instant deadline) {
    return new RegistrySerializer<Query>(registry, Topic.QUERIES)
        .serialize(
            null,
            Query.newBuilder()
                .setQueryId(id)
                .setTenant(EVE.tenant())
                .setUserId(EVE.userId())
                .setTask(taskId)
                .setInput(input)
                .setDeadline(deadline)
                .build());
  }

  private static void send(Topic topic, byte[] key, byte[] value) throws Exception {
    raw.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
  }

  private static void awaitWritten() {
    try (BehaviorEventPublisher publisher = BehaviorEventPublisher.connect(connection())) {
      TrialStack.awaitWritten(publisher, redis, task.id());
    }
  }
}
