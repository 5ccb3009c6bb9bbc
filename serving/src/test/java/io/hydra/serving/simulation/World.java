package io.hydra.serving.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.llm.LlmException;
import io.hydra.llm.PlayedEndpoint;
import io.hydra.llm.PlayedEndpoint.Call;
import io.hydra.llm.PlayedEndpoint.Fate;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.Limit;
import io.hydra.serving.policy.Policies;
import io.hydra.serving.simulation.SimInstance.Sending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * One schedule of everything that serving meets: two processes of it, Kafka, Redis, an LLM and the
 * clock, on one thread. Every choice comes from the seed, so a schedule that fails can be played
 * again.
 *
 * <p>First anything may happen at any moment: a turn of a loop, a task of a pool, an
 * acknowledgement or its loss, time, a commit that fails, Redis away, partitions that move, a
 * member taken for dead that goes on, a crash. Then all faults end, and the world runs until
 * nothing is left to do. What was promised is checked on the way and at the end; see {@link
 * #check}.
 */
final class World {
  private static final int PARTITIONS = 2;
  private static final int STEPS = 150;
  private static final int LAST_ROUNDS = 400;
  private static final int MANY = 60;
  private static final Fate[] FATES = Fate.values();

  private static final List<Policies> POLICIES =
      List.of(
          Policies.NONE,
          Policies.parse("version: 1\ndefaults: {tokensPerDay: 900, concurrency: 1}"),
          Policies.parse("version: 1\ndefaults: {requestsPerMinute: 2, maxDeadline: 10s}"));
  private static final RegistrySerializer<Query> QUERIES =
      new RegistrySerializer<>(SimInstance.REGISTRY, Topic.QUERIES);
  static final byte[] WARM_UP = bytes(query(0, "u0", ManualTime.START));

  final Random random;
  final ManualTime time = new ManualTime();
  final SimBroker broker = new SimBroker(PARTITIONS);
  final SimStore store = new SimStore();
  final Policies policies;
  private final long seed;
  private final boolean calm;

  /** Null where no attempt is joined by another. */
  final Duration hedgeAfter;

  /** A circuit breaker opens after many failures of one process only. */
  private final boolean manyFail;

  private final List<SimInstance> instances = new ArrayList<>();
  private final List<Query> asked = new ArrayList<>();
  private final Map<String, Integer> calls = new HashMap<>();
  private final Map<String, Integer> attempts = new HashMap<>();

  /** The query at each offset. */
  private final Map<TopicPartition, List<String>> places = new HashMap<>();

  /**
   * Crashes, members taken for dead, and partitions that were given away with something under way:
   * each may have cost a call for each query under way.
   */
  private int takeovers;

  /** Queries for which there once was no room. */
  private final Set<String> overlooked = new HashSet<>();

  private boolean sendsFail;
  private boolean llmAway;

  /** All faults are over. */
  private boolean healed;

  private AssertionError violation;

  World(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    Policies drawn = POLICIES.get(random.nextInt(POLICIES.size()));
    this.calm = random.nextInt(8) == 0;
    this.hedgeAfter = random.nextInt(3) == 0 ? Duration.ofMillis(700) : null;
    this.manyFail = calm && random.nextInt(4) == 0;
    // A request that is refused says nothing of the LLM.
    this.policies = manyFail ? Policies.NONE : drawn;
    instances.add(new SimInstance(this));
    if (!calm) {
      instances.add(new SimInstance(this));
    }
    assign();
  }

  /** Ends the schedule; also where the product catches what is thrown. */
  void fail(String what) {
    AssertionError failure =
        new AssertionError("%s; play it again with -Dhydra.schedule.seed=%d".formatted(what, seed));
    if (violation == null) {
      violation = failure;
    }
    throw failure;
  }

  void run() {
    int wanted = manyFail ? MANY : 3 + random.nextInt(6);
    int steps = manyFail ? 8 * STEPS : STEPS;
    for (int step = 0; step < steps; step++) {
      if (manyFail) {
        llmAway = step < steps / 2;
      }
      if (asked.size() < wanted && random.nextInt(manyFail ? 16 : 4) == 0) {
        ask();
      }
      step(instances.get(random.nextInt(instances.size())));
    }
    while (asked.size() < wanted) {
      ask();
    }
    settle();
    // A permit of a circuit breaker that was not given back is missed behind as many probes.
    for (int i = 0; i <= (manyFail ? PlayedEndpoint.PROBES : 0); i++) {
      askOnceMore();
    }
    check();
  }

  /** An LLM that is back is asked again. */
  private void askOnceMore() {
    time.advance(Duration.ofSeconds(10));
    ask();
    settle();
    Response last = broker.responses.get(broker.responses.size() - 1);
    if (last.getStatus() == ResponseStatus.LLM_FAILED) {
      fail("the LLM is back, but: " + last.getReason());
    }
  }

  private void step(SimInstance instance) {
    int kind = random.nextInt(calm ? 80 : 102);
    if (kind < 25) {
      instance.loop.turn();
    } else if (kind < 50) {
      work(instance);
    } else if (kind < 65) {
      acknowledge(instance);
    } else if (kind < 75) {
      time.advance(Duration.ofMillis(random.nextInt(1_500)));
    } else if (kind < 80) {
      instance.fold(1 + random.nextInt(3));
    } else if (kind < 85) {
      store.away = random.nextBoolean();
    } else if (kind < 89) {
      broker.commitsFail = random.nextBoolean();
    } else if (kind < 93) {
      sendsFail = random.nextBoolean();
    } else if (kind < 96) {
      assign();
    } else if (kind < 98) {
      takeovers++;
      broker.expel(instance.consumer);
      assign();
    } else if (kind < 100) {
      crash(instance);
    } else {
      llmAway = random.nextBoolean();
    }
  }

  /** A loop sleeps, for longer than it meant to. */
  void meanwhile(SimInstance instance) {
    work(instance);
    acknowledge(instance);
    time.advance(Duration.ofMillis(random.nextInt(500)));
  }

  void handedOver(SimInstance instance) {
    takeovers += instance.loop.inFlight() > 0 ? 1 : 0;
  }

  private void assign() {
    for (TopicPartition partition : broker.partitions()) {
      broker.plan.put(partition, instances.get(random.nextInt(instances.size())).consumer);
    }
  }

  private void crash(SimInstance instance) {
    instance.dead = true;
    takeovers++;
    for (Sending sending : instance.sendings) {
      if (random.nextBoolean()) {
        broker.append(sending.record());
      }
    }
    broker.expel(instance.consumer);
    instances.remove(instance);
    instances.add(new SimInstance(this));
    assign();
  }

  private void work(SimInstance instance) {
    if (!instance.tasks.isEmpty()) {
      instance.tasks.remove(random.nextInt(instance.tasks.size())).run();
    }
  }

  private void acknowledge(SimInstance instance) {
    if (instance.sendings.isEmpty()) {
      return;
    }
    Sending sending = instance.sendings.remove(random.nextInt(instance.sendings.size()));
    if (!sendsFail) {
      broker.append(sending.record());
      sending.callback().onCompletion(null, null);
      return;
    }
    if (random.nextBoolean()) {
      broker.append(sending.record());
    }
    sending.callback().onCompletion(null, new TimeoutException("simulated"));
  }

  static Query query(int number, String user, Instant deadline) {
    return Query.newBuilder()
        .setQueryId("q" + number)
        .setTenant("t")
        .setUserId(user)
        .setTask("colours")
        .setInput("q" + number)
        .setMinHistoryVersion(null)
        .setDeadline(deadline)
        .build();
  }

  static byte[] bytes(Query query) {
    return QUERIES.serialize(Topic.QUERIES.topicName(), query);
  }

  private void ask() {
    String user = "u" + random.nextInt(manyFail ? 12 : 3);
    int number = asked.size();
    // What has hardly any time left says nothing of the LLM, whatever becomes of it.
    boolean isHasty = manyFail && !healed && !llmAway && random.nextBoolean();
    int patience = isHasty ? 1_000 : 30_000;
    Query query = query(number, user, time.instant().plusMillis(500 + random.nextInt(patience)));
    asked.add(query);
    TopicPartition partition =
        broker.partitions().get(Math.floorMod(user.hashCode(), broker.partitions().size()));
    List<ConsumerRecord<byte[], byte[]>> log = broker.queries.get(partition);
    places.computeIfAbsent(partition, p -> new ArrayList<>()).add(query.getQueryId());
    byte[] key = ("t:" + user).getBytes(UTF_8);
    byte[] value = bytes(query);
    log.add(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            log.size(),
            time.millis(),
            TimestampType.CREATE_TIME,
            key.length,
            value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  /** All faults end, and all that is under way comes to its end. */
  private void settle() {
    healed = true;
    store.away = false;
    broker.commitsFail = false;
    sendsFail = false;
    boolean settled = false;
    for (int round = 0; round < LAST_ROUNDS && !settled && violation == null; round++) {
      for (SimInstance instance : instances) {
        instance.loop.turn();
        for (int i = 0; i < 30 && !instance.tasks.isEmpty(); i++) {
          work(instance);
        }
        while (!instance.sendings.isEmpty()) {
          acknowledge(instance);
        }
      }
      settled = isSettled();
      time.advance(settled ? Duration.ZERO : Duration.ofMillis(500));
    }
    if (violation != null) {
      throw violation;
    }
    if (!settled) {
      fail(
          "it does not come to rest: committed %s, under way %s"
              .formatted(
                  broker.committed, instances.stream().map(i -> i.loop.inFlight()).toList()));
    }
    instances.forEach(instance -> instance.fold(Integer.MAX_VALUE));
  }

  private boolean isSettled() {
    return instances.stream().allMatch(SimInstance::isQuiet)
        && broker.queries.entrySet().stream()
            .allMatch(
                log -> broker.committed.getOrDefault(log.getKey(), 0L) == log.getValue().size());
  }

  void called(String query) {
    calls.merge(query, 1, Integer::sum);
  }

  /** One of the attempts at a call. */
  Call attempted(String query) {
    attempts.merge(query, 1, Integer::sum);
    if (healed) {
      return new Call(Fate.ANSWERED, Duration.ofMillis(50));
    }
    if (llmAway) {
      return new Call(Fate.AWAY, Duration.ofMillis(random.nextInt(100)));
    }
    Fate fate = random.nextInt(6) == 0 ? FATES[random.nextInt(FATES.length)] : Fate.ANSWERED;
    return new Call(fate, Duration.ofMillis(random.nextInt(2_000)));
  }

  void overlooked(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    overlooked.add(places.get(partition).get((int) record.offset()));
  }

  /** A committed offset has nothing before it that is not answered. */
  void committed(TopicPartition partition, long offset) {
    for (String query : places.get(partition).subList(0, (int) offset)) {
      if (!broker.answered.contains(query)) {
        fail("%d of %s was committed before its answer".formatted(offset, partition));
      }
    }
  }

  /** The promises. */
  private void check() {
    Map<String, List<Response>> answers = new HashMap<>();
    List<Response> all = broker.responses;
    all.forEach(r -> answers.computeIfAbsent(r.getQueryId(), id -> new ArrayList<>()).add(r));
    for (Query query : asked) {
      checkAnswers(query.getQueryId(), answers.getOrDefault(query.getQueryId(), List.of()));
    }
    checkOrder(all);
    checkBudgets(all);
  }

  /**
   * Every query has a terminal response: exactly one where nothing fails, and one that was paid for
   * while Redis took records. It is paid for once, and once more for each time that its partition
   * changed hands with something under way.
   */
  private void checkAnswers(String query, List<Response> responses) {
    if (responses.isEmpty()) {
      fail(query + " has no response");
    }
    if (calm && responses.size() > 1) {
      fail(query + " has several responses although nothing failed");
    }
    if (calm && responses.get(0).getLlmCalls() != attempts.getOrDefault(query, 0)) {
      fail("%s tells of other calls than were made: %s".formatted(query, attempts.get(query)));
    }
    if (responses.stream()
        .anyMatch(
            r ->
                r.getStatus() == ResponseStatus.LLM_FAILED
                    && r.getReason().contains(LlmException.NO_LONGER_WANTED))) {
      fail(query + " was given up by its earlier owner, and its next owner says no more");
    }
    long paid = responses.stream().filter(r -> r.getLlmCalls() > 0).distinct().count();
    if (paid > 1 && !store.wasAway) {
      fail(query + " has two answers that were paid for");
    }
    int most = calm ? 1 : 1 + takeovers;
    if (calls.getOrDefault(query, 0) > most && !store.wasAway) {
      fail("%s took %d calls".formatted(query, calls.get(query)));
    }
  }

  /** A user's queries are answered in their order, but for those that once had no room. */
  private void checkOrder(List<Response> all) {
    Map<String, Integer> last = new HashMap<>();
    Set<String> seen = new HashSet<>(overlooked);
    for (Response response : all) {
      int number = Integer.parseInt(response.getQueryId().substring(1));
      if (seen.add(response.getQueryId())) {
        Integer before = last.put(response.getUserId(), number);
        if (before != null && before > number) {
          fail("q%d was answered before q%d".formatted(before, number));
        }
      }
    }
  }

  /** The fields by which two paid answers are told apart. */
  private record Paid(String query, Instant at, long promptTokens, long completionTokens) {
    static Paid of(Response response) {
      return new Paid(
          response.getQueryId(),
          response.getAnsweredAt(),
          response.getPromptTokens(),
          response.getCompletionTokens());
    }
  }

  /** Each process knows what was spent, to the token, and keeps nothing reserved. */
  private void checkBudgets(List<Response> all) {
    long tokens =
        all.stream()
            .filter(r -> r.getLlmCalls() > 0)
            .map(Paid::of)
            .distinct()
            .mapToLong(paid -> paid.promptTokens() + paid.completionTokens())
            .sum();
    for (SimInstance instance : instances) {
      Budgets budgets = instance.budgets;
      long spent = budgets.spent("t", Budgets.ALL_TASKS, Limit.TOKENS_PER_DAY);
      if (spent != tokens) {
        fail("%d tokens are spent, and %d counted".formatted(tokens, spent));
      }
      if (budgets.reserved("t", Budgets.ALL_TASKS, Limit.REQUESTS_PER_DAY) != 0) {
        fail("something stays reserved");
      }
      if (!instance.histories.hasRoom()) {
        fail("the memory of a history stays taken");
      }
    }
    Long limit = policies.of("t").tokensPerDay();
    if (calm && limit != null && tokens > limit) {
      fail("%d tokens are spent of %d".formatted(tokens, limit));
    }
  }
}
