package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.demo.DemoReport.Check;
import io.hydra.infra.demo.Questions.Answers;
import io.hydra.infra.kafka.ConsumerLag;
import io.hydra.infra.kafka.DeadLetterTopics;
import io.hydra.infra.stack.Endpoints;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.user.UserKey;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import redis.clients.jedis.UnifiedJedis;

/**
 * Streams users' events through a running stack, asks their questions and checks what must hold:
 * every event in its history, live ones in a head soon after, every query answered exactly once,
 * verdicts on answers in a head, nothing in a dead-letter topic, no lag at the end. That
 * personalized answers are better than plain ones is reported, not judged.
 *
 * @param baseVersion of the base that the stack serves
 */
public record Demo(
    Endpoints endpoints,
    TaskSpec task,
    LampSplit dev,
    String baseVersion,
    HistoryLimits limits,
    Progress progress) {
  public static final String TENANT = "demo";

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final int SAID_EVERY = 40;

  /** Users whose newest event is timed on its way. */
  private static final int TIMED_USERS = 60;

  /** A report, and the table that goes with it. */
  public record Outcome(DemoReport report, List<String> table) {}

  /**
   * @param simulatedLlm whether the stack's LLM is the simulated one
   * @param peakRss asked once, at the end
   * @return also where the stack did not do its part in time: a check says so then
   * @throws UserException if the broker does not answer or refuses an event
   */
  public Outcome run(boolean simulatedLlm, Supplier<OptionalLong> peakRss)
      throws InterruptedException {
    HydraConnection connection =
        new HydraConnection(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl());
    RedisUrl redisUrl = RedisUrl.parse(endpoints.redisUrl());
    try (UnifiedJedis redis = RedisClients.open(redisUrl, RedisTimeouts.DEFAULT);
        EventStream events = new EventStream(connection, task.id());
        Questions questions = new Questions(connection, task.id(), progress);
        Admin admin =
            Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints.bootstrapServers()))) {
      HistoryCheck histories = new HistoryCheck(redis, task.id(), limits);
      Freshness freshness = new Freshness(redis, events, task.id(), baseVersion);
      int published = stream(events, histories, freshness);
      progress.say(
          "asking %d questions, each plain and personalized".formatted(dev.users().size()));
      List<Answers> answers = questions.ask(dev.users());
      int judged = judge(answers, freshness);
      progress.say("waiting for the lag to reach 0");
      ConsumerLag lagReader = new ConsumerLag(admin);
      Map<String, Long> lag = await(lagReader::sums, Demo::isZero, sums -> "lag " + sums);
      KafkaConnection kafka =
          KafkaConnection.open(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl());
      long deadLetters =
          new DeadLetterTopics(admin, kafka).counts().values().stream().mapToLong(l -> l).sum();
      DemoReport report =
          new DemoReport(
              checks(published, judged, histories, freshness, questions, answers, lag, deadLetters),
              task.id(),
              dev.users().size(),
              answers.size(),
              scores(answers, Answers::plain),
              scores(answers, Answers::personalized),
              published,
              deadLetters,
              lag,
              freshness.eventToHistory(),
              freshness.eventToHead(),
              freshness.verdictToHead(),
              questions.firstPersonalizedSeconds(),
              peakRss.get().stream().boxed().findFirst().orElse(null),
              llm(simulatedLlm, answers));
      return new Outcome(report, ResultTable.lines(task, answers));
    }
  }

  private int stream(EventStream events, HistoryCheck histories, Freshness freshness)
      throws InterruptedException {
    List<LampUser> users = dev.users();
    List<LampUser> timed = users.stream().filter(Demo::canBeTimed).limit(TIMED_USERS).toList();
    Set<String> held = timed.stream().map(LampUser::id).collect(Collectors.toSet());
    int published = events.publishPast(users);
    for (LampUser user : users) {
      if (!held.contains(user.id()) && !user.profile().isEmpty()) {
        var unused = events.publish(user, user.profile().get(user.profile().size() - 1));
        published++;
      }
    }
    progress.say("%d events sent".formatted(published));
    List<LampUser> soFar = users.stream().map(u -> held.contains(u.id()) ? past(u) : u).toList();
    var unused =
        await(
            () -> histories.wrong(soFar),
            List::isEmpty,
            incomplete ->
                "%d of %d histories hold what was sent"
                    .formatted(users.size() - incomplete.size(), users.size()));
    int live = freshness.measureEvents(timed);
    progress.say(
        "%d live events: in the history after %.1f ms, in the head after %.0f ms (medians)"
            .formatted(live, freshness.eventToHistory().p50(), freshness.eventToHead().p50()));
    return published + live;
  }

  /** Users rewrite the answers they were given into their own; returns how many. */
  private int judge(List<Answers> answers, Freshness freshness) {
    List<Answers> judged =
        answers.stream()
            .filter(a -> a.personalized().getCandidates().size() > 1)
            .filter(a -> !task.normalize(a.user().gold()).isBlank())
            .limit(TIMED_USERS)
            .toList();
    int verdicts = freshness.measureVerdicts(judged);
    progress.say(
        "%d verdicts on answers: in the head after %.0f ms (median)"
            .formatted(verdicts, freshness.verdictToHead().p50()));
    return verdicts;
  }

  /** True if the newest item has its own event id, so that its arrival can be seen. */
  private static boolean canBeTimed(LampUser user) {
    int last = user.profile().size() - 1;
    return last >= 0
        && user.profile().subList(0, last).stream()
            .noneMatch(item -> item.eventId().equals(user.profile().get(last).eventId()));
  }

  /** The user before their newest item. */
  private static LampUser past(LampUser user) {
    return new LampUser(
        user.id(),
        user.profile().subList(0, user.profile().size() - 1),
        user.question(),
        user.gold());
  }

  private interface Look<T> {
    T look() throws InterruptedException;
  }

  /**
   * Looks until it holds, or patience ends; the last look is returned either way, for the checks to
   * judge.
   */
  private <T> T await(Look<T> look, Predicate<T> holds, Function<T, String> describe)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int looks = 1; ; looks++) {
      T seen = look.look();
      boolean held = holds.test(seen);
      if (held || looks % SAID_EVERY == 0) {
        progress.say(describe.apply(seen));
      }
      if (held || System.nanoTime() > deadline) {
        return seen;
      }
      Sleeper.THREAD.sleep(LOOK_EVERY);
    }
  }

  private static boolean isZero(Map<String, Long> lag) {
    return lag.values().stream().allMatch(sum -> sum == 0);
  }

  private List<Check> checks(
      int published,
      int judged,
      HistoryCheck histories,
      Freshness freshness,
      Questions questions,
      List<Answers> answers,
      Map<String, Long> lag,
      long deadLetters) {
    int users = dev.users().size();
    List<String> wrong = histories.wrong(dev.users());
    String held =
        wrong.isEmpty()
            ? "%d events are in the histories of %d users, and nothing else is"
                .formatted(published, users)
            : "%d users' histories differ from their events, the first is %s"
                .formatted(wrong.size(), wrong.get(0));
    int late = freshness.lateEvents();
    int unlearned = freshness.lateVerdicts();
    String live =
        late == 0
            ? "each reached its history and its head"
            : "%d did not reach their history or head in time; see the logs of the stream processor and the trainer"
                .formatted(late);
    String lags =
        lag.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
    return List.of(
        new Check("histories", wrong.isEmpty(), held),
        new Check("live events", late == 0, live),
        exactlyOnce(questions),
        answered(answers),
        new Check(
            "verdicts",
            unlearned == 0 && judged > 0,
            "%d of %d verdicts on answers are in the user's head"
                .formatted(judged - unlearned, judged)),
        new Check("dead letters", deadLetters == 0, Counts.of(deadLetters, "dead letter")),
        new Check("lag", isZero(lag), lags));
  }

  private Check exactlyOnce(Questions questions) {
    int expected = 2 * dev.users().size();
    long once =
        dev.users().stream()
            .flatMap(u -> Stream.of(Questions.queryId(u, true), Questions.queryId(u, false)))
            .filter(id -> questions.responses().getOrDefault(id, new AtomicInteger()).get() == 1)
            .count();
    return new Check(
        "exactly one response",
        once == expected,
        "%d of %d queries have exactly one response".formatted(once, expected));
  }

  private static Check answered(List<Answers> answers) {
    Map<ResponseStatus, Long> statuses =
        answers.stream()
            .flatMap(a -> Stream.of(a.plain(), a.personalized()))
            .collect(Collectors.groupingBy(Response::getStatus, Collectors.counting()));
    boolean ok = Set.of(ResponseStatus.OK, ResponseStatus.DEGRADED).containsAll(statuses.keySet());
    return new Check("answered", ok, "responses by status: " + statuses);
  }

  private Map<String, Double> scores(List<Answers> answers, Function<Answers, Response> which) {
    Map<String, Double> scores =
        Scores.of(
            task,
            answers.stream()
                .map(a -> new Scores.Pair(Answers.text(which.apply(a)), a.user().gold()))
                .toList());
    Map<String, Double> rounded = new LinkedHashMap<>();
    scores.forEach((name, value) -> rounded.put(name, Math.round(value * 10_000) / 10_000.0));
    return rounded;
  }

  private static DemoReport.Llm llm(boolean simulated, List<Answers> answers) {
    List<Response> all =
        answers.stream().flatMap(a -> Stream.of(a.plain(), a.personalized())).toList();
    return new DemoReport.Llm(
        simulated,
        all.stream().map(Response::getLlm).filter(m -> !m.isEmpty()).findFirst().orElse(""),
        all.stream().mapToLong(Response::getLlmCalls).sum(),
        all.stream().mapToLong(Response::getPromptTokens).sum(),
        all.stream().mapToLong(Response::getCompletionTokens).sum());
  }

  /** Users' items as behaviour events, as an app would send them. */
  static final class EventStream implements AutoCloseable {
    private final BehaviorEventPublisher publisher;
    private final String task;

    EventStream(HydraConnection connection, String task) {
      this.publisher = BehaviorEventPublisher.connect(connection);
      this.task = task;
    }

    /** All but each user's newest item, as fast as the broker takes them; returns how many. */
    int publishPast(List<LampUser> users) {
      List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
      for (LampUser user : users) {
        for (HistoryItem item : user.profile().subList(0, Math.max(0, user.profile().size() - 1))) {
          sent.add(publish(user, item));
        }
      }
      try {
        sent.forEach(CompletableFuture::join);
      } catch (CompletionException e) {
        throw new UserException("an event was refused: " + e.getCause().getMessage(), e);
      }
      return sent.size();
    }

    CompletableFuture<RecordMetadata> publish(LampUser user, HistoryItem item) {
      return publisher.publish(
          BehaviorEvents.interaction(
              item.eventId(),
              new UserKey(TENANT, user.id()),
              task,
              Instant.ofEpochMilli(item.occurredAt()),
              item.input(),
              item.output()));
    }

    /** The user rewrites their personalized answer into what they would have given. */
    CompletableFuture<RecordMetadata> publishVerdict(Answers answers) {
      String queryId = answers.personalized().getQueryId();
      return publisher.publish(
          BehaviorEvents.edited(
              queryId + "/edited",
              new UserKey(TENANT, answers.user().id()),
              task,
              Instant.now().truncatedTo(ChronoUnit.MILLIS),
              queryId,
              answers.user().gold()));
    }

    @Override
    public void close() {
      publisher.close();
    }
  }

  /** Tells a person what happens, each line with the seconds since the start. */
  public static final class Progress {
    private final PrintWriter out;
    private final long start = System.nanoTime();

    public Progress(PrintWriter out) {
      this.out = out;
    }

    public void say(String line) {
      out.printf("%6.1fs  %s%n", seconds(), line);
      out.flush();
    }

    double seconds() {
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
