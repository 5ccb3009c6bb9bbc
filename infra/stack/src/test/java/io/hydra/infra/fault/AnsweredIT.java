package io.hydra.infra.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.fault.ScriptedLlm.Call;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tenants may spend is followed by processes of serving, and outlives them. With {@code
 * -Dhydra.answered.queries=500} two are asked so many queries, while now one and now the other is
 * killed or rolled: no query has two answers that were paid for, each user's come in their order,
 * and the LLM is asked again only for what was under way when a process was killed or its partition
 * moved. Of 5,000 and more, Redis is taken away and the broker restarted as well.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AnsweredIT {
  private static final int QUERIES = Integer.getInteger("hydra.answered.queries", 0);
  private static final int USERS = Math.max(1, QUERIES / 20);

  /** So many queries of one user follow each other. */
  private static final int BURST = 4;

  private static final int PER_SECOND = 40;
  private static final List<Strike> STRIKES =
      QUERIES < 5_000
          ? List.of(Strike.KILL, Strike.ROLL)
          : List.of(
              Strike.KILL,
              Strike.REDIS,
              Strike.ROLL,
              Strike.BROKER,
              Strike.KILL,
              Strike.ROLL,
              Strike.KILL);
  private static final Duration LLM_TIME = Duration.ofMillis(500);
  private static final Duration REDIS_AWAY = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration ROUND = Duration.ofMillis(200);

  private static final Set<ResponseStatus> ANSWERED =
      Set.of(ResponseStatus.OK, ResponseStatus.DEGRADED);
  private static final String TENANT = "fire";
  private static final String THRIFTY = "thrifty";
  private static final String POLICIES =
      """
      version: 1
      defaults: {tokensPerDay: 1000000000}
      tenants:
        thrifty: {requestsPerDay: %d}
      """;

  @TempDir static Path dir;
  private static final AtomicInteger sent = new AtomicInteger();

  /** Few are sent before the strike before them is over: each is to meet queries under way. */
  private static final Semaphore sendable = new Semaphore(0);

  private static final AtomicInteger asked = new AtomicInteger();
  private static ScriptedLlm llm;
  private static EmbeddedStack stack;
  private static ServingProcesses serving;
  private static SchemaRegistryClient registry;
  private static Admin admin;
  private static Topics topics;

  /** The next midnight of UTC, when a day's budget starts over. */
  private static Instant tomorrow;

  private enum Strike {
    KILL,
    ROLL,
    REDIS,
    BROKER
  }

  @BeforeAll
  static void start() throws Exception {
    tomorrow = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
    llm = new ScriptedLlm(List.of(), LLM_TIME);
    stack =
        EmbeddedStack.create(
            TrialStack.in(dir).withLlm(new LlmSettings.External(llm.baseUrl(), "scripted")),
            line -> {});
    stack.startInfrastructure();
    String bootstrapServers = stack.endpoints().bootstrapServers();
    registry = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    topics = new Topics(bootstrapServers);
    allow(1);
    Map<String, String> environment = new HashMap<>(stack.endpoints().environment());
    environment.put(LlmSettings.BASE_URL, llm.baseUrl());
    environment.put(LlmSettings.MODEL, "scripted");
    environment.put("HYDRA_SERVING_POLICIES", policies().toString());
    environment.put("HYDRA_SERVING_MAX_WAITING_PER_USER", "64");
    serving = new ServingProcesses(dir, TrialBase.of(), environment);
    serving.start(QUERIES == 0 ? 1 : 2);
  }

  @AfterAll
  static void stop() throws Exception {
    if (serving != null) {
      serving.close();
    }
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    if (stack != null) {
      stack.close();
    }
    if (llm != null) {
      llm.close();
    }
  }

  private static Path policies() {
    return dir.resolve("policies.yaml");
  }

  private static void allow(int requests) throws Exception {
    Files.writeString(policies(), POLICIES.formatted(requests));
  }

  @Test
  @Order(1)
  void aPolicyThatChangesIsFollowed() throws Exception {
    assumeThisDayLasts();
    try (QueryClient client = client()) {
      Response first = ask(client);
      assertThat(first.getStatus()).isIn(ANSWERED);
      assertThat(first.getLlmCalls()).isEqualTo(1);
      // Until the answer is read back from its topic it is under way, and that ends soon.
      Response refused = askUntil(client, isRefused(), ResponseStatus.RATE_LIMITED);
      assertThat(refused.getLlmCalls()).isZero();
      assertThat(refused.getReason()).contains("requestsPerDay");
      assertThat(refused.getRetryAt())
          .isEqualTo(refused.getAnsweredAt().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1)));

      allow(2);
      Response second =
          askUntil(client, r -> ANSWERED.contains(r.getStatus()), ResponseStatus.OVER_BUDGET);
      assertThat(second.getLlmCalls()).isEqualTo(1);
      Response again = askUntil(client, isRefused(), ResponseStatus.RATE_LIMITED);
      assertThat(again.getReason()).contains("2 are spent");
    }
  }

  @Test
  @Order(2)
  @EnabledIfSystemProperty(
      named = "hydra.answered.queries",
      matches = ".+",
      disabledReason = "takes minutes: docs/fault-tests.md has the command")
  void everyQueryIsAnsweredInOrderAndPaidForOnce() throws Exception {
    Map<String, Instant> killed = new HashMap<>();
    ExecutorService sender = Executors.newSingleThreadExecutor();
    try {
      Future<?> sending = sender.submit(AnsweredIT::sendAll);
      int share = QUERIES / (STRIKES.size() + 1);
      int allowed = 0;
      for (int i = 0; i < STRIKES.size(); i++) {
        // Answers given while Redis is away have no record: their offsets must be committed
        // before a partition moves again, or they will be answered a second time.
        int due = Math.min(QUERIES, Math.max((i + 1) * share, sent.get() + share / 2));
        sendable.release(due + share / 2 - allowed);
        allowed = due + share / 2;
        Await.until(due + " queries", ROUND, () -> sent.get() >= due);
        strike(STRIKES.get(i), i % serving.count(), killed);
      }
      sendable.release(QUERIES);
      sending.get();
    } finally {
      sender.shutdownNow();
    }
    TrialStack.awaitNoLag(admin, ConsumerGroups.SERVING);

    List<Response> all =
        ResponseLog.read(topics, registry).stream()
            .filter(response -> response.getTenant().equals(TENANT))
            .toList();
    assertThat(topics.all(Topic.QUERIES_DLQ)).isEmpty();
    Map<String, List<Response>> byQuery = all.stream().collect(groupingBy(Response::getQueryId));
    assertThat(byQuery).hasSize(QUERIES);
    Map<ResponseStatus, Integer> statuses = new TreeMap<>();
    Map<String, Response> answers = new HashMap<>();
    int late = 0;
    for (List<Response> responses : byQuery.values()) {
      // A response that cost no call has no record. So the next owner of its partition decides a
      // late query again, or sends the answer that another process has recorded meanwhile.
      Set<Response> paid =
          responses.stream().filter(response -> response.getLlmCalls() > 0).collect(toSet());
      assertThat(paid).hasSizeLessThan(2);
      assertThat(responses)
          .filteredOn(response -> response.getLlmCalls() == 0)
          .extracting(Response::getStatus)
          .allMatch(status -> status == ResponseStatus.DEADLINE_EXCEEDED);
      Response stands = paid.isEmpty() ? responses.get(0) : paid.iterator().next();
      paid.forEach(response -> answers.put(response.getQueryId(), response));
      statuses.merge(stands.getStatus(), 1, Integer::sum);
      late += !paid.isEmpty() && responses.stream().anyMatch(r -> r.getLlmCalls() == 0) ? 1 : 0;
    }
    System.out.printf(
        "%,d queries: %s, %,d further responses; %d told late first and then answered%n",
        QUERIES, statuses, all.size() - QUERIES, late);
    assertThat(statuses.keySet())
        .isSubsetOf(ResponseStatus.OK, ResponseStatus.DEGRADED, ResponseStatus.DEADLINE_EXCEEDED);
    checkOrder(all);
    checkCalls(answers, killed);
    everyProcessKnowsWhatWasSpent(all);
  }

  @Test
  @Order(3)
  void aBudgetOutlivesTheProcessesThatSpentIt() throws Exception {
    assumeThisDayLasts();
    for (int i = 0; i < serving.count(); i++) {
      serving.stop(i);
      serving.startAgain(i);
    }
    try (QueryClient client = client()) {
      assertThat(ask(client).getStatus()).isEqualTo(ResponseStatus.OVER_BUDGET);
    }
  }

  private static void assumeThisDayLasts() {
    assumeThat(Instant.now().plus(Await.PATIENCE))
        .as("a test of a day's budget does not go beyond the day")
        .isBefore(tomorrow);
  }

  private static void strike(Strike strike, int index, Map<String, Instant> killed)
      throws InterruptedException {
    System.out.printf("%s after %,d queries%n", strike, sent.get());
    switch (strike) {
      case KILL -> {
        Instant moment = Instant.now();
        killed.put(serving.kill(index), moment);
        serving.startAgain(index);
      }
      case ROLL -> {
        serving.stop(index);
        serving.startAgain(index);
      }
      case REDIS -> {
        stack.kill(Component.REDIS);
        LockSupport.parkNanos(REDIS_AWAY.toNanos());
        stack.restart(Component.REDIS);
      }
      case BROKER -> stack.restart(Component.BROKER);
    }
  }

  private static void sendAll() {
    RegistrySerializer<Query> serializer = new RegistrySerializer<>(registry, Topic.QUERIES);
    List<Future<?>> acknowledgements = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.endpoints().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      long due = System.nanoTime();
      for (int i = 0; i < QUERIES; i++) {
        if (!sendable.tryAcquire()) {
          sendable.acquire();
          // What was held back is not made up for.
          due = System.nanoTime();
        }
        due += Duration.ofSeconds(1).toNanos() / PER_SECOND;
        LockSupport.parkNanos(due - System.nanoTime());
        UserKey user = new UserKey(TENANT, "u" + i / BURST % USERS);
        Query query = query(user, "q" + i);
        acknowledgements.add(
            producer.send(
                new ProducerRecord<>(
                    Topic.QUERIES.topicName(),
                    user.recordKey().getBytes(UTF_8),
                    serializer.serialize(null, query))));
        sent.set(i + 1);
      }
      for (Future<?> acknowledgement : acknowledgements) {
        acknowledgement.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a query was not taken", e);
    }
  }

  /** A query that asks about its own id, by which its calls are told from others'. */
  private static Query query(UserKey user, String id) {
    return Query.newBuilder()
        .setQueryId(id)
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setTask(TrialBase.CLOSED)
        .setInput(id)
        .setDeadline(Instant.now().plus(DEADLINE))
        .build();
  }

  private static QueryClient client() {
    return QueryClient.connect(
        new HydraConnection(
            stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl()));
  }

  private static Response ask(QueryClient client) {
    return client.ask(query(new UserKey(THRIFTY, "u"), "t" + asked.incrementAndGet())).join();
  }

  private static Predicate<Response> isRefused() {
    return response -> response.getStatus() == ResponseStatus.OVER_BUDGET;
  }

  /** Asks until an answer is as wanted; before that each must have the other status. */
  private static Response askUntil(
      QueryClient client, Predicate<Response> wanted, ResponseStatus before) {
    List<Response> answers = new ArrayList<>();
    Await.until(
        "another answer than " + before,
        ROUND,
        () -> {
          answers.add(ask(client));
          return wanted.test(answers.get(answers.size() - 1));
        });
    assertThat(answers.subList(0, answers.size() - 1))
        .allMatch(response -> response.getStatus() == before);
    return answers.get(answers.size() - 1);
  }

  /** Repeats aside, a user's answers stand in the order of their queries. */
  private static void checkOrder(List<Response> all) {
    Map<String, Integer> last = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (Response response : all) {
      if (seen.add(response.getQueryId())) {
        int number = Integer.parseInt(response.getQueryId().substring(1));
        Integer before = last.put(response.getUserId(), number);
        assertThat(before == null || before < number)
            .as("q%d is answered before q%d", before, number)
            .isTrue();
      }
    }
  }

  /**
   * A query is asked about again only where the first call died with its process, or was still
   * under way when another process had its partition.
   */
  private static void checkCalls(Map<String, Response> answers, Map<String, Instant> killed) {
    Map<String, List<Call>> byQuery =
        llm.calls().stream()
            .filter(call -> call.text().startsWith("q"))
            .collect(groupingBy(Call::text));
    Map<CallAccount, List<Call>> accounts = new EnumMap<>(CallAccount.class);
    for (List<Call> calls : byQuery.values()) {
      Response answer = answers.get(calls.get(0).text());
      for (Call call : calls) {
        accounts
            .computeIfAbsent(
                CallAccount.of(call, calls, answer, killed.keySet()), a -> new ArrayList<>())
            .add(call);
      }
    }
    long longest =
        accounts.getOrDefault(CallAccount.DIED, List.of()).stream()
            .mapToLong(call -> Duration.between(call.ended(), killed.get(call.asker())).toMillis())
            .max()
            .orElse(0);
    Map<CallAccount, Integer> numbers = new EnumMap<>(CallAccount.class);
    accounts.forEach((account, calls) -> numbers.put(account, calls.size()));
    System.out.printf(
        "calls: %s; a process that died had an answer unrecorded for at most %,d ms%n",
        numbers, Math.max(0, longest));
    assertThat(accounts.getOrDefault(CallAccount.UNEXPLAINED, List.of())).isEmpty();
  }

  private static void everyProcessKnowsWhatWasSpent(List<Response> all) {
    long spent =
        all.stream()
            .filter(response -> response.getLlmCalls() > 0)
            .collect(groupingBy(AnsweredIT::payment))
            .values()
            .stream()
            .mapToLong(same -> same.get(0).getPromptTokens() + same.get(0).getCompletionTokens())
            .sum();
    assertThat(spent).isPositive();
    for (int i = 0; i < serving.count(); i++) {
      int index = i;
      Await.until(
          "serving-%d's knowledge of %d tokens".formatted(index, spent),
          ROUND,
          () -> spentOf(index) == spent);
    }
  }

  /** The fields that together name a payment, as docs/policies.md has them. */
  private static List<Object> payment(Response response) {
    return List.of(
        response.getUserId(),
        response.getQueryId(),
        response.getAnsweredAt(),
        response.getPromptTokens(),
        response.getCompletionTokens());
  }

  private static long spentOf(int index) {
    String series =
        "hydra_serving_budget_spent{limit=\"tokensPerDay\",task=\"\",tenant=\"%s\"} "
            .formatted(TENANT);
    return serving
        .page(index, "/metrics")
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElse(-1);
  }
}
