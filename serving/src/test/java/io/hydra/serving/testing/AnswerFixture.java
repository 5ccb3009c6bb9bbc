package io.hydra.serving.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.llm.Deadline;
import io.hydra.model.CallSaving;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.answer.AnswerPipeline;
import io.hydra.serving.answer.HeldHistories;
import io.hydra.serving.answer.Models;
import io.hydra.serving.answer.PlainTasks;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Question.StageClock;
import io.hydra.serving.answer.StateReader;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.policy.LlmGate;
import io.hydra.serving.policy.Policies;
import io.hydra.serving.query.ExposureSender;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.PartitionCounts;
import io.hydra.serving.reply.ReplyRouter.Route;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.reply.ResponseCodec.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The answer path on a real Redis, with an LLM and a model that play by script. */
public final class AnswerFixture implements AutoCloseable {
  public static final UserKey ANN = new UserKey("t", "ann");
  public static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0);
  public static final Duration MAX_TIME = Duration.ofMinutes(1);
  private static final String TASKS =
      """
      tasks:
        - {id: colours, instruction: Name the colour., options: [red, green, blue],
           metric: ACCURACY, retrieved: 5, used: 2, candidates: 3, temperature: 1.0, maxTokens: 8}
        - {id: titles, instruction: Write the title.,
           metric: ROUGE, retrieved: 5, used: 2, candidates: 3, temperature: 1.0, maxTokens: 8}
      """;

  public final ManualTime time = new ManualTime();

  /** Full as soon as one query with a history is under way. */
  public final HeldHistories held = new HeldHistories(300);

  public final FakeLlm llm = new FakeLlm();
  public final FakePersonalizer model = new FakePersonalizer(TASKS);
  public final MockSchemaRegistryClient registry =
      new MockSchemaRegistryClient() {
        @Override
        public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
          if (registryAway) {
            throw new IOException("simulated");
          }
          return super.getSchemaById(id);
        }
      };
  public final RedisFixture redis;
  public final ResponseCodec codec;
  public final AnswerPipeline pipeline;
  public final Budgets budgets = new Budgets(this::policies, time, (budgets, tenant, task) -> {});
  public final PlainTasks plain = new PlainTasks(time);
  private volatile Policies policies = Policies.NONE;
  private volatile boolean revoked;
  private volatile boolean perhapsAgain;

  /** From now on the registry tells no schema, not even ours. */
  public volatile boolean registryAway;

  public AnswerFixture() throws IOException {
    redis = new RedisFixture();
    SchemaRegistrar.registerAll(registry);
    codec = new ResponseCodec(registry);
    pipeline =
        new AnswerPipeline(
            tenant -> new Models.Model(FakePersonalizer.BASE, model.tasks(), model::read),
            new LlmGate(llm, this::policies, budgets, time),
            "small",
            new StateReader(redis.store(time::nanos), codec, Runnable::run, time, time, BACKOFF),
            codec,
            held,
            Runnable::run,
            Runnable::run,
            Runnable::run,
            time,
            new CallSaving(Map.of("colours", 0.1)),
            plain);
  }

  public Policies policies() {
    return policies;
  }

  /** From now on these policies hold. */
  public void govern(String yaml) {
    policies = Policies.parse(yaml);
  }

  public void revoke() {
    revoked = true;
  }

  /** From now on queries may have been answered before. */
  public void redeliver() {
    perhapsAgain = true;
  }

  /** A personalized query of {@link #ANN} with half a minute left. */
  public Query.Builder query(String id) {
    return Query.newBuilder()
        .setQueryId(id)
        .setTenant(ANN.tenant())
        .setUserId(ANN.userId())
        .setTask("colours")
        .setInput("the sky")
        .setMinHistoryVersion(null)
        .setPersonalize(true)
        .setDeadline(time.instant().plusSeconds(30));
  }

  public void remember(long version, HistoryItem... items) {
    byte[] key = StoreLayout.history(View.ORIGINAL, ANN, "colours");
    for (HistoryItem item : items) {
      redis.client().hset(key, History.field(item.eventId()), HistoryItemCodec.encode(item));
    }
    redis
        .client()
        .hset(key, History.VERSION_FIELD.getBytes(UTF_8), Long.toString(version).getBytes(UTF_8));
  }

  public void fit(long historyVersion) {
    fit(new Heads(historyVersion, 0, new Heads.Mixture(2, 0.1f, List.of()), Heads.Mixture.NONE));
  }

  public void fit(Heads heads) {
    redis
        .client()
        .set(StoreLayout.heads(ANN, "colours", FakePersonalizer.BASE), HeadsCodec.encode(heads));
  }

  public CompletableFuture<Reply> start(Query query, String... complaints) {
    byte[] key = (query.getTenant() + ":" + query.getUserId()).getBytes(UTF_8);
    return start(query, key, complaints);
  }

  public CompletableFuture<Reply> start(Query query, byte[] key, String... complaints) {
    return pipeline.answer(question(query, key, complaints));
  }

  public Question question(Query query, byte[] key, String... complaints) {
    Instant latest = time.instant().plus(MAX_TIME);
    return new Question(
        query,
        key,
        time.instant(),
        time.instant(),
        new Deadline(
            query.getDeadline().isBefore(latest) ? query.getDeadline() : latest, () -> revoked),
        perhapsAgain,
        Route.plain(complaints),
        new StageClock(time::nanos, time.nanos()));
  }

  /** Sends what users are shown. */
  public ExposureSender exposures(Outbox outbox, PartitionCounts topics) {
    return new ExposureSender(
        outbox,
        new RegistrySerializer<>(registry, Topic.EXPOSURES),
        topics,
        base -> base.equals(FakePersonalizer.BASE) ? model.tasks() : TaskCatalogue.shipped());
  }

  @Override
  public void close() throws IOException {
    redis.close();
  }
}
