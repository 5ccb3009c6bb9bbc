package io.hydra.serving.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.answer.Answerer;
import io.hydra.serving.answer.Generator;
import io.hydra.serving.answer.HeldHistories;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Reply;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.time.StageClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
  public final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
  public final RedisFixture redis;
  public final ResponseCodec codec;
  public final Answerer answerer;
  private volatile boolean revoked;
  private volatile boolean perhapsAgain;

  public AnswerFixture() throws IOException {
    redis = new RedisFixture();
    SchemaRegistrar.registerAll(registry);
    codec = new ResponseCodec(registry);
    answerer =
        new Answerer(
            model,
            new Generator(model, llm, "small", Runnable::run, time),
            redis.store(time::nanos),
            codec,
            Runnable::run,
            time,
            time,
            BACKOFF,
            held);
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
    byte[] key = RedisKeys.history(View.ORIGINAL, ANN, "colours");
    for (HistoryItem item : items) {
      redis.client().hset(key, History.field(item.eventId()), HistoryItemCodec.encode(item));
    }
    redis
        .client()
        .hset(key, History.VERSION_FIELD.getBytes(UTF_8), Long.toString(version).getBytes(UTF_8));
  }

  public void fit(long historyVersion) {
    Heads heads =
        new Heads(historyVersion, new Heads.Mixture(2, 0.1f, List.of()), Heads.Mixture.NONE);
    redis
        .client()
        .set(RedisKeys.heads(ANN, "colours", FakePersonalizer.BASE), HeadsCodec.encode(heads));
  }

  public CompletableFuture<Reply> start(Query query, String... complaints) {
    byte[] key = (query.getTenant() + ":" + query.getUserId()).getBytes(UTF_8);
    return start(query, key, complaints);
  }

  public CompletableFuture<Reply> start(Query query, byte[] key, String... complaints) {
    return answerer.answer(question(query, key, complaints));
  }

  public Question question(Query query, byte[] key, String... complaints) {
    Instant latest = time.instant().plus(MAX_TIME);
    return new Question(
        query,
        key,
        time.instant(),
        query.getDeadline().isBefore(latest) ? query.getDeadline() : latest,
        perhapsAgain,
        List.of(complaints),
        new StageClock(time::nanos, time.nanos()),
        () -> revoked);
  }

  @Override
  public void close() throws IOException {
    redis.close();
  }
}
