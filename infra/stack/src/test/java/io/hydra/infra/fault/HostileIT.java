package io.hydra.infra.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.trials.corpus.EventCases;
import io.hydra.infra.trials.corpus.Outcome;
import io.hydra.infra.trials.corpus.QueryCases;
import io.hydra.infra.trials.corpus.RecordCase;
import io.hydra.infra.trials.corpus.ReplyCases;
import io.hydra.infra.trials.corpus.ReplyCases.ReplyCase;
import io.hydra.infra.trials.corpus.SchemaCases;
import io.hydra.infra.trials.corpus.Wire;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.UnifiedJedis;

/**
 * The hostile corpus through a stack of real processes, with a good user on each partition beside
 * it. No process may end, nothing may become of a case but what it says, and the good users must
 * notice nothing.
 */
class HostileIT {
  private static final long SEED = Long.getLong("hydra.hostile.seed", 5);
  private static final Duration ROUND = Duration.ofMillis(500);
  private static final Duration DEADLINE = Await.PATIENCE;

  /** Of queries that nothing but their deadline ends: the LLM or the reply topic never comes. */
  private static final Duration SHORT_DEADLINE = Duration.ofMinutes(1);

  private static final Duration LATENCY = Duration.ofMillis(300);
  private static final int FLOOD = 300;
  private static final int COSTLY = 200;
  private static final int CAPACITY = 200;
  private static final int FORBIDDEN_ID = 400_403;
  private static final int BROKEN_ID = 400_500;
  private static final String COMPACTED = "trial.replies.compacted";
  private static final String ABSENT = "trial.replies.absent";
  private static final String CASE = "trial-case";
  private static final long MIB = 1024 * 1024;

  /** The memory that a JVM needs beside its heap, native models included. */
  private static final long BESIDE_THE_HEAP_MIB = 640;

  private static final long WHOLE_STACK_MIB = 3 * 1024;
  private static final long BEGIN = System.nanoTime();

  @TempDir static Path dir;
  private static EmbeddedStack stack;
  private static ScriptedLlm llm;
  private static RegistryFront front;
  private static SchemaRegistryClient registry;
  private static Admin admin;
  private static Topics topics;
  private static Wire wire;
  private static GoodUsers good;
  private static final Map<Component, Long> firstPids = new EnumMap<>(Component.class);
  private static final Map<String, RecordCase> sent = new HashMap<>();

  /** The moment at which the last query of the flood was on its topic. */
  private static volatile Instant flooded;

  private static final Map<String, List<Response>> responses = new HashMap<>();
  private static final Map<String, Long> answeredAt = new HashMap<>();
  private static final Map<UserKey, List<String>> goodOrder = new HashMap<>();

  @BeforeAll
  static void driveItAll() throws Exception {
    llm = new ScriptedLlm(ReplyCases.open(), LATENCY);
    stack =
        EmbeddedStack.create(
            TrialStack.in(dir).withLlm(new LlmSettings.External(llm.baseUrl(), "scripted")),
            HostileIT::say);
    stack.startInfrastructure();
    String bootstrapServers = stack.endpoints().bootstrapServers();
    registry = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    front =
        new RegistryFront(
            stack.endpoints().schemaRegistryUrl(), Map.of(FORBIDDEN_ID, 403, BROKEN_ID, 500));
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    topics = new Topics(bootstrapServers);
    NewTopic compacted = new NewTopic(COMPACTED, 1, (short) 1);
    compacted.configs(Map.of("cleanup.policy", "compact"));
    admin.createTopics(List.of(compacted, new NewTopic(ABSENT, 1, (short) 1))).all().get();
    stack.startServices(
        TrialBase.of(),
        Map.of(
            "HYDRA_SCHEMA_REGISTRY_URL",
            front.url(),
            "HYDRA_SERVING_REPLY_TOPIC",
            COMPACTED + "," + ABSENT,
            "HYDRA_SERVING_MAX_ANSWER_TIME",
            DEADLINE.toSeconds() + "s",
            LlmSettings.API_KEY,
            "scripted"));
    admin.deleteTopics(List.of(ABSENT)).all().get();
    for (ManagedProcess process : stack.processes()) {
      firstPids.put(Component.byId(process.name()).orElseThrow(), process.pid());
    }
    wire = new Wire(HostileIT::id);
    good =
        new GoodUsers(
            bootstrapServers, wire, TrialBase.CLOSED, StackConfig.DEFAULT_PARTITIONS, DEADLINE);
    send(cases(registerRecursive()));
    awaitOutcomes();
    good.close();
    TrialStack.awaitNoLag(admin);
    readResponses();
    say("all is processed");
  }

  private static List<RecordCase> cases(int recursiveId) {
    Instant now = Instant.now();
    List<RecordCase> all = new ArrayList<>();
    all.addAll(EventCases.costliest(wire, SEED, now, TrialBase.OPEN, COSTLY));
    all.addAll(QueryCases.flood(wire, now, DEADLINE, TrialBase.CLOSED, FLOOD));
    all.addAll(EventCases.generate(wire, SEED, now, TrialBase.CLOSED));
    all.add(EventCases.ofUnknownTask(wire, now));
    all.addAll(SchemaCases.events(recursiveId, now, TrialBase.CLOSED));
    all.add(SchemaCases.withheld(wire, FORBIDDEN_ID, "id-forbidden", now, TrialBase.CLOSED));
    all.add(SchemaCases.withheld(wire, BROKEN_ID, "id-broken", now, TrialBase.CLOSED));
    all.addAll(QueryCases.generate(wire, SEED, now, DEADLINE, TrialBase.CLOSED));
    Instant atLast = Instant.now(); // The others have taken seconds to make.
    all.addAll(
        QueryCases.misdirected(wire, atLast, SHORT_DEADLINE, TrialBase.CLOSED, COMPACTED, ABSENT));
    for (ReplyCase reply : ReplyCases.open()) {
      Duration patience = reply.hangs() ? SHORT_DEADLINE : DEADLINE;
      all.add(QueryCases.asking(wire, reply, atLast, patience, TrialBase.OPEN));
    }
    return all;
  }

  private static void send(List<RecordCase> cases) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.endpoints().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (RecordCase each : cases) {
        sent.put(each.name(), each);
        var record = new ProducerRecord<>(each.topic().topicName(), each.key(), each.value());
        each.headers().forEach(record.headers()::add);
        record.headers().add(CASE, HydraHeaders.utf8(each.name()));
        var unused =
            producer.send(
                record,
                (metadata, e) -> {
                  if (e != null) {
                    throw new IllegalStateException(each.name() + " cannot be sent", e);
                  }
                  if (isFlood(each.name())) {
                    flooded = Instant.now();
                  }
                });
      }
    }
    say("%d hostile records are on the topics".formatted(cases.size()));
  }

  private static int registerRecursive() throws Exception {
    return registry.register(Topic.EVENTS.subject(), new AvroSchema(SchemaCases.recursive()));
  }

  private static int id(Topic topic) {
    try {
      return registry.getId(topic.subject(), new AvroSchema(topic.schema().orElseThrow()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitOutcomes() {
    long letters = sent.values().stream().filter(c -> isLetter(c.outcome())).count();
    List<String> missing = new ArrayList<>();
    try {
      Await.until(
          "outcome of every case",
          ROUND,
          () -> {
            readResponses();
            missing.clear();
            sent.values().stream()
                .filter(c -> c.outcome() instanceof Outcome.Answered)
                .filter(c -> !responses.containsKey(c.name()))
                .forEach(c -> missing.add(c.name()));
            return missing.isEmpty() && letters(Topic.EVENTS, Topic.QUERIES).size() >= letters;
          });
    } catch (AssertionError late) {
      // The tests say what is wrong, each its part.
      say(late.getMessage() + "; without response: " + missing);
    }
  }

  private static boolean isFlood(String name) {
    return name.startsWith("flood-");
  }

  private static boolean isLetter(Outcome outcome) {
    return outcome instanceof Outcome.DeadLetter;
  }

  private static void readResponses() {
    responses.clear();
    answeredAt.clear();
    goodOrder.clear();
    RegistryDeserializer<Response> deserializer =
        new RegistryDeserializer<>(registry, Topic.RESPONSES);
    for (ConsumerRecord<byte[], byte[]> record : topics.all(Topic.RESPONSES)) {
      Response response;
      try {
        response = deserializer.deserialize(record.value());
      } catch (UndecodableRecordException e) {
        throw new IllegalStateException(e);
      }
      String id = response.getQueryId();
      if (response.getTenant().equals("good")) {
        UserKey user = new UserKey("good", response.getUserId());
        goodOrder.computeIfAbsent(user, u -> new ArrayList<>()).add(id);
        id = user + " " + id;
      }
      responses.computeIfAbsent(id, i -> new ArrayList<>()).add(response);
      answeredAt.putIfAbsent(id, record.timestamp());
    }
  }

  /** Name of the case, and class of the exception. */
  private static List<String> letters(Topic... origins) {
    List<String> letters = new ArrayList<>();
    for (Topic origin : origins) {
      for (ConsumerRecord<byte[], byte[]> letter : topics.all(origin.deadLetters())) {
        letters.add(
            origin.topicName()
                + " "
                + text(letter, CASE).orElse("?")
                + " "
                + simple(text(letter, DeadLetters.EXCEPTION_CLASS).orElse("?")));
      }
    }
    return letters;
  }

  private static Optional<String> text(ConsumerRecord<byte[], byte[]> record, String header) {
    return HydraHeaders.text(record.headers(), header);
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  @AfterAll
  static void stop() throws Exception {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    if (stack != null) {
      stack.close();
    }
    if (front != null) {
      front.close();
    }
    if (llm != null) {
      llm.close();
    }
  }

  @Test
  void everyProcessIsTheOneThatWasStarted() {
    assertThat(firstPids).hasSize(8);
    for (ManagedProcess process : stack.processes()) {
      assertThat(process.isAlive()).as("%s%n%s", process, process.logTail(20)).isTrue();
      assertThat(process.pid())
          .isEqualTo(firstPids.get(Component.byId(process.name()).orElseThrow()));
    }
  }

  @Test
  void memoryIsWithinItsBounds() {
    Map<String, Long> found = new TreeMap<>();
    stack.processes().forEach(p -> found.put(p.name(), p.residentBytes().orElse(0) / MIB));
    say("resident MiB: " + found);
    for (Component component :
        List.of(
            Component.BROKER,
            Component.STREAM_PROCESSOR,
            Component.TRAINER,
            Component.SERVING,
            Component.GATEWAY,
            Component.LAG_MONITOR)) {
      assertThat(found.get(component.id()))
          .as(component.id())
          .isLessThan(component.heapMib() + BESIDE_THE_HEAP_MIB);
    }
    assertThat(stack.residentBytes() / MIB).isLessThan(WHOLE_STACK_MIB);
  }

  @Test
  void deadLettersAreExactlyTheExpectedOnes() {
    List<String> expected = new ArrayList<>();
    for (RecordCase each : sent.values()) {
      if (each.outcome() instanceof Outcome.DeadLetter letter) {
        expected.add(each.topic().topicName() + " " + each.name() + " " + letter.exceptionClass());
      }
    }
    assertThat(letters(Topic.EVENTS, Topic.QUERIES)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aTaskThatNoBaseKnowsIsOneDeadLetterAndNothingElseIsOne() {
    assertThat(letters(Topic.HEAD_REQUESTS))
        .containsExactly(Topic.HEAD_REQUESTS.topicName() + " ? RejectedRecordException");
    assertThat(letters(Topic.ERASURES)).isEmpty();
  }

  @Test
  void everyQueryHasOneResponseOfTheExpectedStatus() {
    List<String> wrong = new ArrayList<>();
    for (RecordCase each : sent.values()) {
      if (each.outcome() instanceof Outcome.Answered expected) {
        List<Response> found = responses.getOrDefault(each.name(), List.of());
        if (found.size() != 1 || !expected.statuses().contains(found.get(0).getStatus())) {
          wrong.add(
              each.name()
                  + ": "
                  + found.stream().map(r -> r.getStatus() + " (" + r.getReason() + ")").toList()
                  + ", not one of "
                  + expected.statuses());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void repliesAreReadAsWhatTheySay() {
    List<String> wrong = new ArrayList<>();
    for (ReplyCase reply : ReplyCases.open()) {
      String name = "reply-" + reply.name();
      if (reply.text() != null) {
        responses.getOrDefault(name, List.of()).stream()
            .map(Response::getText)
            .filter(text -> !reply.text().equals(text))
            .forEach(text -> wrong.add(name + ": " + text));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyValidEventIsInItsHistory() {
    try (UnifiedJedis redis =
        RedisClients.open(
            RedisUrl.parse(stack.endpoints().redisUrl()), RedisTimeouts.all(Await.PATIENCE))) {
      RedisContent content = RedisContent.read(redis);
      Set<String> held = new HashSet<>();
      content.histories().keySet().forEach(owner -> held.addAll(content.items(owner).keySet()));
      List<String> missing =
          sent.values().stream()
              .filter(each -> each.outcome() instanceof Outcome.Entered)
              .map(RecordCase::name)
              .filter(name -> !held.contains(name))
              .toList();
      assertThat(missing).isEmpty();
    }
  }

  @Test
  void theHistoriesOfTheGoodUsersAreExact() {
    HistoryOracle oracle = new HistoryOracle(CAPACITY, Duration.ofDays(3_650), good.events());
    try (UnifiedJedis redis =
        RedisClients.open(
            RedisUrl.parse(stack.endpoints().redisUrl()), RedisTimeouts.all(Await.PATIENCE))) {
      assertThat(oracle.histories()).hasSize(StackConfig.DEFAULT_PARTITIONS);
      oracle.verify(RedisContent.read(redis));
    }
  }

  @Test
  void theGoodUsersAreAnsweredOnceAndInOrder() {
    List<String> wrong = new ArrayList<>();
    for (UserKey user : good.users()) {
      List<Query> queries = good.queries(user);
      assertThat(queries).isNotEmpty();
      for (Query query : queries) {
        String id = user + " " + query.getQueryId();
        Response response = responses.get(id).get(0);
        boolean answered =
            response.getStatus() == ResponseStatus.OK
                || response.getStatus() == ResponseStatus.DEGRADED;
        long late = answeredAt.get(id) - query.getDeadline().toEpochMilli();
        if (!answered || late > 0) {
          wrong.add(
              "%s: %s (%s), %d ms after the deadline"
                  .formatted(id, response.getStatus(), response.getReason(), late));
        }
      }
    }
    assertThat(wrong).isEmpty();
    for (UserKey user : good.users()) {
      assertThat(goodOrder.get(user))
          .as("responses to %s", user)
          .isEqualTo(good.queries(user).stream().map(Query::getQueryId).toList());
    }
  }

  @Test
  void whoAsksAfterTheFloodIsAnsweredBeforeItsEnd() {
    long end =
        sent.keySet().stream()
            .filter(HostileIT::isFlood)
            .filter(name -> responses.get(name).get(0).getStatus() != ResponseStatus.OVERLOADED)
            .mapToLong(answeredAt::get)
            .max()
            .orElseThrow();
    say("the flood's last answer came %d ms after it".formatted(end - flooded.toEpochMilli()));
    for (UserKey user : good.users()) {
      assertThat(good.queries(user))
          .as("%s", user)
          .anyMatch(
              query ->
                  query.getDeadline().minus(DEADLINE).isAfter(flooded)
                      && answeredAt.get(user + " " + query.getQueryId()) < end);
    }
  }

  private static void say(String line) {
    System.out.printf("%6.1f s  %s%n", (System.nanoTime() - BEGIN) / 1e9, line);
  }
}
