package io.hydra.infra.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.datasets.lamp.LampReader;
import io.hydra.infra.fault.TrialBase;
import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.training.SampleGenerator;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.user.UserKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/**
 * Users who are asked about each of their items before they tell it, through the topics of a
 * running stack: what the stack retrieves, believes and answers is what the evaluation's way in
 * memory does of the same samples.
 */
class ThroughTopicsIT {
  private static final Duration ROUND = Duration.ofMillis(20);
  private static final int USERS = 3;
  private static final int ITEMS = 16;

  /** Heads are stored in single precision. */
  private static final double ROUNDING = 1e-6;

  @TempDir private Path dir;

  @Test
  void whatIsServedIsWhatTheEvaluationMeasures() throws Exception {
    Path base = TrialBase.of();
    Path sample = dir.resolve("sample");
    new SampleGenerator(23, 1, USERS).write(sample);
    StackConfig config = TrialStack.in(dir.resolve("stack"));
    try (EmbeddedStack stack = EmbeddedStack.create(config, System.out::println);
        PersonalModel model = PersonalModel.load(base)) {
      stack.start(base);
      HydraConnection connection =
          new HydraConnection(
              stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl());
      try (QueryClient client = QueryClient.connect(connection);
          BehaviorEventPublisher publisher = BehaviorEventPublisher.connect(connection);
          RedisClient redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()))) {
        for (var user : LampReader.read(sample, "dev").users()) {
          for (String task : List.of(TrialBase.CLOSED, TrialBase.OPEN)) {
            Streamed streamed =
                new Streamed(
                    new UserKey("shop", user.id()),
                    model.tasks().find(task).orElseThrow(),
                    model,
                    client,
                    publisher,
                    redis);
            streamed.live(user.profile().subList(0, ITEMS));
          }
        }
      }
    }
  }

  /** One user of one task, in the stack and in memory. */
  private record Streamed(
      UserKey user,
      TaskSpec task,
      PersonalModel model,
      QueryClient client,
      BehaviorEventPublisher publisher,
      RedisClient redis) {
    void live(List<HistoryItem> items) throws Exception {
      Learner learner = model.learner(task, FitSettings.DEFAULT);
      for (int i = 0; i < items.size(); i++) {
        String input = items.get(i).input();
        String output = task.isClosed() ? items.get(i).output() : TrialBase.title(input);
        String queryId = "%s-%s-%d".formatted(user.userId(), task.id(), i);
        Response response = ask(queryId, input);
        List<String> samples =
            response.getCandidates().stream()
                .flatMap(c -> Collections.nCopies(c.getSamples(), c.getText()).stream())
                .toList();
        compare(response, model.read(task, learner, input), learner.heads(i), samples);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var sent =
            publisher
                .publish(
                    BehaviorEvents.answered(
                        "e-" + queryId, user, task.id(), now, queryId, input, output))
                .join();
        assertThat(sent).isNotNull();
        learner.learn(
            new HistoryItem("e-" + queryId, now.toEpochMilli(), input, output),
            Samples.of(samples));
        awaitHead(i + 1, learner.heads(i + 1).verdicts());
      }
    }

    private Response ask(String queryId, String input) throws Exception {
      Query query =
          Query.newBuilder()
              .setQueryId(queryId)
              .setTenant(user.tenant())
              .setUserId(user.userId())
              .setTask(task.id())
              .setInput(input)
              .setDeadline(Instant.now().plus(Await.PATIENCE))
              .build();
      Response response = client.ask(query).join();
      assertThat(response.getStatus()).as("%s", response.getReason()).isEqualTo(ResponseStatus.OK);
      return response;
    }

    private static void compare(
        Response response, Reading reading, Heads heads, List<String> samples) {
      assertThat(response.getItems())
          .extracting(UsedItem::getEventId)
          .isEqualTo(reading.rank(heads).stream().map(r -> r.item().eventId()).toList());
      Choice choice = reading.choose(samples, heads);
      assertThat(response.getText()).isEqualTo(choice.text());
      for (Candidate served : response.getCandidates()) {
        Choice.ScoredCandidate measured =
            choice.candidates().stream()
                .filter(c -> c.text().equals(served.getText()))
                .findFirst()
                .orElseThrow();
        assertThat(served.getScore()).isCloseTo(measured.probability(), within(ROUNDING));
        assertThat(served.getPopulation()).isCloseTo(measured.population(), within(ROUNDING));
      }
    }

    private void awaitHead(int version, int verdicts) {
      Heads unused =
          Await.until(
              "head of version " + version,
              ROUND,
              this::heads,
              heads -> heads.historyVersion() == version && heads.verdicts() == verdicts);
    }

    private Heads heads() {
      return UserStateReader.readHeads(redis, user, task.id(), model.baseVersion());
    }
  }
}
