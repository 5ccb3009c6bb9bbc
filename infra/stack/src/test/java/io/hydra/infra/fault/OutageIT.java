package io.hydra.infra.fault;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.trials.corpus.Outcome;
import io.hydra.infra.trials.corpus.RecordCase;
import io.hydra.infra.trials.corpus.SchemaCases;
import io.hydra.infra.trials.corpus.Wire;
import io.hydra.runtime.trace.TraceReceiver;
import io.hydra.runtime.trace.TraceReceiver.Seen;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
import redis.clients.jedis.UnifiedJedis;

/**
 * Broker, Redis and registry of a running stack away in turn, each for longer than its clients' own
 * timeouts, which are made short. {@code -Dhydra.outage.minutes=10} leaves the timeouts as they are
 * and takes the dependencies away for so long instead. What is wrong is told to an operator, also
 * of a service that stands still and of a record that cannot be read; how soon is printed.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutageIT {
  private static final long MINUTES = Long.getLong("hydra.outage.minutes", 0);
  private static final Duration AWAY =
      MINUTES == 0 ? Duration.ofSeconds(10) : Duration.ofMinutes(MINUTES);

  /** All of them end within {@link #AWAY}. */
  private static final String SHORT_TIMEOUTS =
      """
      request.timeout.ms=3000
      delivery.timeout.ms=6000
      default.api.timeout.ms=5000
      max.block.ms=5000
      session.timeout.ms=6000
      heartbeat.interval.ms=2000
      """;

  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final Duration ROUND = Duration.ofMillis(500);
  private static final String REJECTED =
      "flink_taskmanager_job_task_operator_hydra_rejected_exception_total";
  private static final int CAPACITY = 200;
  private static final long BEGIN = System.nanoTime();

  @TempDir static Path dir;
  private static EmbeddedStack stack;
  private static ScriptedLlm llm;
  private static TraceReceiver traces;
  private static SchemaRegistryClient registry;
  private static Admin admin;
  private static Topics topics;
  private static Wire wire;
  private static GoodUsers good;
  private static Told told;
  private static final Map<String, Long> firstPids = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    llm = new ScriptedLlm(List.of(), Duration.ofMillis(200));
    traces = new TraceReceiver();
    stack =
        EmbeddedStack.create(
            TrialStack.in(dir).withLlm(new LlmSettings.External(llm.baseUrl(), "scripted")),
            OutageIT::say);
    stack.startInfrastructure();
    String bootstrapServers = stack.endpoints().bootstrapServers();
    registry = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    topics = new Topics(bootstrapServers);
    Path properties = Files.writeString(dir.resolve("kafka.properties"), SHORT_TIMEOUTS);
    Map<String, String> environment = new HashMap<>();
    environment.put(LlmSettings.API_KEY, "scripted");
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", traces.endpoint());
    environment.put("OTEL_BSP_SCHEDULE_DELAY", "500");
    if (MINUTES == 0) {
      environment.put("HYDRA_KAFKA_PROPERTIES", properties.toString());
    }
    stack.startServices(TrialBase.of(), environment);
    for (Component service : services()) {
      firstPids.put(service.id(), stack.process(service).pid());
    }
    int events = id(Topic.EVENTS);
    int queries = id(Topic.QUERIES);
    wire = new Wire(topic -> topic == Topic.EVENTS ? events : queries);
    good =
        new GoodUsers(
            bootstrapServers, wire, TrialBase.CLOSED, StackConfig.DEFAULT_PARTITIONS, DEADLINE);
    told = new Told(stack.endpoints().statusUrl());
    awaitProgress();
  }

  private static List<Component> services() {
    return Arrays.stream(Component.values()).filter(c -> !c.isInfrastructure()).toList();
  }

  private static int id(Topic topic) throws Exception {
    return registry.getId(topic.subject(), new AvroSchema(topic.schema().orElseThrow()));
  }

  @AfterAll
  static void stop() throws Exception {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    if (stack != null) {
      stack.close();
    }
    if (llm != null) {
      llm.close();
    }
    if (traces != null) {
      traces.close();
    }
  }

  @Test
  @Order(0)
  void oneTraceGoesFromTheAppThroughTheTopicsToTheLlm() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    String app = "00f067aa0ba902b7";
    String task = TrialBase.CLOSED;
    post(
        "/v1/events",
        "00-" + trace + "-" + app + "-01",
        "{\"event_id\":\"t-1\",\"user_id\":\"traced\",\"task\":\"%s\",\"interaction\":{\"input\":\"a note\",\"output\":\"arts\"}}"
            .formatted(task));
    post(
        "/v1/queries",
        "00-" + trace + "-" + app + "-01",
        "{\"query_id\":\"t-1\",\"user_id\":\"traced\",\"task\":\"%s\",\"input\":\"a note\"}"
            .formatted(task));
    Map<String, Seen> spans = new TreeMap<>();
    Await.until(
        "the trace",
        ROUND,
        () -> {
          traces.spans().stream()
              .filter(span -> span.traceId().equals(trace))
              .forEach(span -> spans.put(span.name(), span));
          return spans.size() == 5;
        });
    assertThat(spans.get("send hydra.events").parentId()).isEqualTo(app);
    assertThat(spans.get("process hydra.events").isChildOf(spans.get("send hydra.events")))
        .isTrue();
    assertThat(spans.get("send hydra.queries").parentId()).isEqualTo(app);
    assertThat(spans.get("process hydra.queries").isChildOf(spans.get("send hydra.queries")))
        .isTrue();
    assertThat(spans.get("chat scripted").isChildOf(spans.get("process hydra.queries"))).isTrue();
    assertThat(spans.values())
        .extracting(Seen::service)
        .contains("hydra-gateway", "hydra-stream-processor", "hydra-serving");
    assertThat(spans.toString()).as("no user and no text").doesNotContain("traced", "a note");
  }

  private static void post(String path, String traceparent, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(stack.endpoints().gatewayUrl() + path))
            .header("Authorization", "Bearer " + GatewayKey.read(dir))
            .header("Content-Type", "application/json")
            .header("traceparent", traceparent)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  @Test
  @Order(1)
  void aBrokerThatStandsStillIsWaitedFor() throws Exception {
    signal("STOP", Component.BROKER);
    pass(AWAY);
    servicesAreTheSame();
    signal("CONT", Component.BROKER);
    awaitProgress();
  }

  @Test
  @Order(2)
  void aBrokerThatIsGoneIsWaitedFor() throws Exception {
    stack.kill(Component.BROKER);
    pass(AWAY);
    servicesAreTheSame();
    stack.restart(Component.BROKER);
    awaitProgress();
  }

  @Test
  @Order(3)
  void redisIsWaitedForAndItsUsersAreAnsweredMeanwhile() throws Exception {
    stack.kill(Component.REDIS);
    awaitTold("Redis is gone", () -> told.state(Component.REDIS).equals("SILENT"));
    awaitTold("services wait for it", told::isSomethingAway);
    pass(AWAY);
    servicesAreTheSame();
    stack.restart(Component.REDIS);
    awaitProgress();
    awaitTold("Redis is back", () -> told.state(Component.REDIS).equals("READY"));
    awaitTold("nobody waits", () -> !told.isSomethingAway());
  }

  @Test
  @Order(4)
  void aRedisThatStandsStillIsWaitedFor() throws Exception {
    signal("STOP", Component.REDIS);
    pass(AWAY);
    servicesAreTheSame();
    signal("CONT", Component.REDIS);
    awaitProgress();
  }

  @Test
  @Order(5)
  void aSchemaThatNobodyHasSeenIsWaitedForWithItsRegistry() throws Exception {
    int recursive =
        registry.register(Topic.EVENTS.subject(), new AvroSchema(SchemaCases.recursive()));
    List<RecordCase> events =
        SchemaCases.events(recursive, Instant.now(), TrialBase.CLOSED).stream()
            .filter(each -> each.outcome() instanceof Outcome.Entered)
            .toList();
    stack.kill(Component.REGISTRY);
    send(events);
    pass(AWAY);
    servicesAreTheSame();
    assertThat(heldIds()).doesNotContainAnyElementsOf(names(events));
    stack.restart(Component.REGISTRY);
    await("events of the unseen schema", () -> heldIds().containsAll(names(events)));
    awaitProgress();
  }

  @Test
  @Order(6)
  void aTrainerThatStandsStillIsTold() throws Exception {
    standsStillAndIsTold(Component.TRAINER, ConsumerGroups.TRAINER);
  }

  @Test
  @Order(7)
  void aServingThatStandsStillIsTold() throws Exception {
    standsStillAndIsTold(Component.SERVING, ConsumerGroups.SERVING);
  }

  private static void standsStillAndIsTold(Component component, String group) throws Exception {
    signal("STOP", component);
    awaitTold(component + " does not answer", () -> told.state(component).equals("SILENT"));
    awaitTold(group + " has no member", () -> told.why(group).startsWith("no member"));
    servicesAreTheSame();
    signal("CONT", component);
    awaitProgress();
    awaitTold(component + " answers", () -> told.state(component).equals("READY"));
    awaitTold(group + " reads", () -> told.isOk(group) && !told.why(group).startsWith("no member"));
  }

  @Test
  @Order(8)
  void nothingIsLostAndNobodyIsLeftWithoutAnAnswer() throws Exception {
    good.close();
    TrialStack.awaitNoLag(admin);
    new HistoryOracle(CAPACITY, Duration.ofDays(3_650), good.events()).verify(content());
    Map<String, List<Response>> responses = responses();
    List<String> wrong = new ArrayList<>();
    for (UserKey user : good.users()) {
      for (Query query : good.queries(user)) {
        List<Response> found = responses.getOrDefault(user + query.getQueryId(), List.of());
        Set<Response> distinct = found.stream().map(ResponseLog::comparable).collect(toSet());
        if (distinct.size() != 1
            || found.get(0).getStatus() == ResponseStatus.INTERNAL_ERROR
            || found.get(0).getStatus() == ResponseStatus.LLM_FAILED) {
          wrong.add(user + query.getQueryId() + ": " + found);
        }
      }
    }
    assertThat(wrong).isEmpty();
    for (Topic topic : Topic.values()) {
      if (topic.isDeadLetter()) {
        assertThat(topics.all(topic)).as(topic.topicName()).isEmpty();
      }
    }
    servicesAreTheSame();
  }

  @Test
  @Order(9)
  void aRecordThatCannotBeReadIsTold() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.endpoints().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(Topic.EVENTS.topicName(), new byte[] {1, 2, 3})).get();
    }
    awaitTold("a dead letter", () -> told.perSecond(REJECTED) > 0);
    List<ConsumerRecord<byte[], byte[]>> letters = topics.await(Topic.EVENTS.deadLetters(), 1);
    assertThat(letters.get(0).value()).containsExactly(1, 2, 3);
    servicesAreTheSame();
  }

  private static void servicesAreTheSame() {
    for (Component service : services()) {
      ManagedProcess process = stack.process(service);
      assertThat(process.isAlive()).as("%s%n%s", process, process.logTail(20)).isTrue();
      assertThat(process.pid()).isEqualTo(firstPids.get(service.id()));
    }
  }

  /**
   * Waits until events that the good users send from now on are in their histories, and answered.
   */
  private static void awaitProgress() {
    long up = System.nanoTime();
    Map<UserKey, Integer> asked = new HashMap<>();
    good.users().forEach(user -> asked.put(user, good.queries(user).size()));
    int events = good.events().size() + good.users().size();
    await("events after the outage", () -> good.events().size() > events);
    Set<String> newest = new HashSet<>();
    good.events().subList(events, good.events().size()).forEach(e -> newest.add(e.getEventId()));
    await("event in its history", () -> heldIds().containsAll(newest));
    await(
        "response of each user",
        () -> {
          Map<String, List<Response>> responses = responses();
          return good.users().stream()
              .allMatch(
                  user ->
                      good.queries(user).size() > asked.get(user)
                          && responses.containsKey(
                              user + good.queries(user).get(asked.get(user)).getQueryId()));
        });
    say("all in hand again %.1f s later".formatted((System.nanoTime() - up) / 1e9));
  }

  private static Set<String> heldIds() {
    RedisContent content = content();
    Set<String> held = new HashSet<>();
    content.histories().keySet().forEach(owner -> held.addAll(content.items(owner).keySet()));
    return held;
  }

  private static RedisContent content() {
    try (UnifiedJedis redis =
        RedisClients.open(
            RedisUrl.parse(stack.endpoints().redisUrl()), RedisTimeouts.all(Await.PATIENCE))) {
      return RedisContent.read(redis);
    }
  }

  private static Map<String, List<Response>> responses() {
    Map<String, List<Response>> responses = new HashMap<>();
    for (Response response : ResponseLog.read(topics, registry)) {
      UserKey user = new UserKey(response.getTenant(), response.getUserId());
      responses
          .computeIfAbsent(user + response.getQueryId(), id -> new ArrayList<>())
          .add(response);
    }
    return responses;
  }

  private static void send(List<RecordCase> cases) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.endpoints().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (RecordCase each : cases) {
        var unused =
            producer.send(new ProducerRecord<>(each.topic().topicName(), each.key(), each.value()));
      }
    }
  }

  private static List<String> names(List<RecordCase> cases) {
    return cases.stream().map(RecordCase::name).toList();
  }

  private static void signal(String name, Component component) throws Exception {
    String pid = Long.toString(stack.process(component).pid());
    int code = new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    assertThat(code).isZero();
  }

  private static void pass(Duration time) {
    say("away for " + time);
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(what, ROUND, condition::getAsBoolean);
  }

  private static void awaitTold(String what, BooleanSupplier told) {
    long start = System.nanoTime();
    Await.until("word of " + what, ROUND, told::getAsBoolean);
    say("told after %.1f s: %s".formatted((System.nanoTime() - start) / 1e9, what));
  }

  private static void say(String line) {
    System.out.printf("%6.1f s  %s%n", (System.nanoTime() - BEGIN) / 1e9, line);
  }
}
