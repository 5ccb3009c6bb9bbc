package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.demo.Demo.Progress;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.ingest.ResponseSeen;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Asks each user's question twice, and counts what comes back for each query. */
final class Questions implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int IN_FLIGHT = 32;
  private static final int PROGRESS_EVERY = 100;

  private final QueryClient client;
  private final String task;
  private final Progress progress;
  private final Map<String, AtomicInteger> responses = new ConcurrentHashMap<>();
  private final AtomicReference<Double> firstPersonalized = new AtomicReference<>();
  private final AtomicInteger answered = new AtomicInteger();

  Questions(HydraConnection connection, String task, Progress progress) {
    this.client = QueryClient.connect(connection, this::seen);
    this.task = task;
    this.progress = progress;
  }

  private void seen(ResponseSeen seen) {
    responses
        .computeIfAbsent(seen.response().getQueryId(), id -> new AtomicInteger())
        .incrementAndGet();
  }

  /** Queries and how often each was answered; what was never answered is missing. */
  Map<String, AtomicInteger> responses() {
    return responses;
  }

  /**
   * Seconds from the start of the command to the first personalized answer, in tenths; null if
   * there was none.
   */
  Double firstPersonalizedSeconds() {
    Double seconds = firstPersonalized.get();
    return seconds == null ? null : Math.round(seconds * 10) / 10.0;
  }

  static String queryId(LampUser user, boolean personalize) {
    return user.id() + (personalize ? "/personalized" : "/plain");
  }

  /**
   * @return in the order of the users, without those of whose queries one had no response by its
   *     deadline
   */
  List<Answers> ask(List<LampUser> users) throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    List<CompletableFuture<Answers>> asked = new ArrayList<>();
    for (LampUser user : users) {
      CompletableFuture<Response> personalized = ask(user, true, room);
      CompletableFuture<Response> plain = ask(user, false, room);
      asked.add(plain.thenCombine(personalized, (a, b) -> new Answers(user, a, b)));
    }
    List<Answers> answers = new ArrayList<>();
    Throwable missing = null;
    for (CompletableFuture<Answers> each : asked) {
      try {
        answers.add(each.join());
      } catch (CompletionException e) {
        missing = missing == null ? e.getCause() : missing;
      }
    }
    if (missing != null) {
      progress.say(
          "%d users' questions went unanswered: %s"
              .formatted(asked.size() - answers.size(), missing.getMessage()));
    }
    return answers;
  }

  private CompletableFuture<Response> ask(LampUser user, boolean personalize, Semaphore room)
      throws InterruptedException {
    room.acquire();
    Query query =
        Query.newBuilder()
            .setQueryId(queryId(user, personalize))
            .setTenant(Demo.TENANT)
            .setUserId(user.id())
            .setTask(task)
            .setInput(user.question())
            .setDeadline(Instant.now().plus(DEADLINE))
            .setPersonalize(personalize)
            .build();
    return client
        .ask(query)
        .whenComplete(
            (response, failure) -> {
              room.release();
              if (response != null && personalize) {
                boolean first = firstPersonalized.compareAndSet(null, progress.seconds());
                if (first) {
                  progress.say("the first personalized answer is here");
                }
              }
              if (answered.incrementAndGet() % PROGRESS_EVERY == 0) {
                progress.say("%d answers".formatted(answered.get()));
              }
            });
  }

  @Override
  public void close() {
    client.close();
  }

  /** One user's question, answered without and with personalization. */
  record Answers(LampUser user, Response plain, Response personalized) {
    static String text(Response response) {
      return response.getText() == null ? "" : response.getText();
    }
  }
}
