package io.hydra.infra.bench.serving;

import io.hydra.infra.bench.heads.MadeUp;
import io.hydra.infra.bench.load.Pace;
import io.hydra.infra.stack.Endpoints;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Asks at a fixed rate through the Java client, as an app would. One thread. */
final class QueryLoad implements AutoCloseable {
  private static final String TENANT = "bench";
  private static final double NANOS_PER_MS = 1e6;

  private final QueryClient client;
  private final TaskSpec task;
  private final int users;
  private final Duration deadline;
  private final MadeUp data;
  private final SplittableRandom random;
  private long number;

  /**
   * A response.
   *
   * @param due when its query was to be asked
   * @param millisLate from then until it was
   * @param millis from then until the response was here
   */
  record Answer(Response response, Instant due, double millisLate, double millis) {
    /** Of these, until serving had its answer, which it tells in whole milliseconds. */
    double millisToAnswer() {
      return Duration.between(due, response.getAnsweredAt()).toNanos() / NANOS_PER_MS;
    }
  }

  /**
   * The outcome of the queries of one rate.
   *
   * @param answers with a text, in the order of their queries
   * @param failed queries with another response, or none
   */
  record Asked(List<Answer> answers, int failed) {}

  /**
   * @param users drawn evenly
   * @param deadline of each query
   */
  QueryLoad(Endpoints endpoints, TaskSpec task, int users, Duration deadline, long seed) {
    this.client =
        QueryClient.connect(
            new HydraConnection(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl()));
    this.task = task;
    this.users = users;
    this.deadline = deadline;
    this.data = new MadeUp(seed);
    this.random = new SplittableRandom(seed);
  }

  static UserKey user(int index) {
    return new UserKey(TENANT, "user-" + index);
  }

  /** Returns when every query has its response, or has none in time. */
  Asked run(double perSecond, Duration length) {
    long start = System.nanoTime();
    Instant begun = Instant.now();
    int queries = (int) Math.max(1, perSecond * length.toNanos() / Pace.NANOS);
    List<CompletableFuture<Answer>> all = new ArrayList<>(queries);
    for (int i = 0; i < queries; i++) {
      Query.Builder query = query();
      long due = start + (long) (i * Pace.NANOS / perSecond);
      Pace.awaitNanos(due);
      double behind = (System.nanoTime() - due) / NANOS_PER_MS;
      all.add(
          client
              .ask(query.setDeadline(Instant.now().plus(deadline)).build())
              .thenApply(
                  response ->
                      new Answer(
                          response,
                          begun.plusNanos(due - start),
                          behind,
                          (System.nanoTime() - due) / NANOS_PER_MS))
              .exceptionally(late -> null));
    }
    List<Answer> answers =
        all.stream()
            .map(CompletableFuture::join)
            .filter(answer -> answer != null && answer.response().getText() != null)
            .toList();
    return new Asked(answers, queries - answers.size());
  }

  private Query.Builder query() {
    UserKey user = user(random.nextInt(users));
    return Query.newBuilder()
        .setQueryId("q" + number++)
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setTask(task.id())
        .setInput(data.item(task).input());
  }

  @Override
  public void close() {
    client.close();
  }
}
