package io.hydra.infra.cli;

import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.model.base.PlainAnswer;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * A tenant's users who choose between the answer that they are given and plain sampling's, where
 * these are two.
 */
final class JudgingCrowd implements AutoCloseable {
  private static final int AT_ONCE = 32;

  /** Serving ends no query later than that. */
  private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(1);

  private final QueryClient queries;
  private final BehaviorEventPublisher events;
  private final String tenant;
  private final TaskSpec task;
  private final List<String> texts;
  private int number;

  /**
   * @param texts that they ask about, one after the other
   */
  JudgingCrowd(HydraConnection connection, String tenant, TaskSpec task, List<String> texts) {
    this.queries = QueryClient.connect(connection);
    this.events = BehaviorEventPublisher.connect(connection);
    this.tenant = tenant;
    this.task = task;
    this.texts = texts;
  }

  /**
   * Asks until so many answers are judged.
   *
   * @param user by a number that counts the questions
   * @param keep whether the answer is preferred to plain sampling's
   */
  void judge(int answers, IntFunction<String> user, boolean keep) {
    AtomicInteger left = new AtomicInteger(answers);
    Await.until(
        answers + " answers that are not plain sampling's",
        () -> {
          ask(user, id -> true).stream()
              .takeWhile(response -> left.get() > 0)
              .filter(response -> judge(response, keep))
              .forEach(judged -> left.decrementAndGet());
          return left.get() == 0;
        });
  }

  /**
   * Asks some questions.
   *
   * @param ids the query ids that may be
   */
  List<Response> ask(IntFunction<String> user, Predicate<String> ids) {
    List<CompletableFuture<Response>> answers = new ArrayList<>();
    for (; answers.size() < AT_ONCE; number++) {
      Query query = query(user.apply(number));
      if (ids.test(query.getQueryId())) {
        answers.add(queries.ask(query));
      }
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private Query query(String user) {
    return Query.newBuilder()
        .setQueryId("crowd-" + number)
        .setTenant(tenant)
        .setUserId(user)
        .setTask(task.id())
        .setInput(texts.get(number % texts.size()))
        .setDeadline(Instant.now().plus(ANSWERED_WITHIN))
        .build();
  }

  /** Judges an answer; returns false where it is plain sampling's own. */
  boolean judge(Response response, boolean keep) {
    List<String> candidates = response.getCandidates().stream().map(Candidate::getText).toList();
    int answer = candidates.indexOf(response.getText());
    int plain =
        PlainAnswer.of(
            task,
            candidates,
            response.getCandidates().stream().mapToInt(Candidate::getSamples).toArray());
    if (answer < 0 || plain < 0 || answer == plain) {
      return false;
    }
    var unused =
        events
            .publish(
                BehaviorEvents.chose(
                    response.getQueryId() + "/chose",
                    new UserKey(tenant, response.getUserId()),
                    task.id(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS),
                    response.getQueryId(),
                    keep ? answer : plain))
            .join();
    return true;
  }

  static boolean hasFallenBack(Response response) {
    return response.getHead() != null && response.getHead().getFellBack();
  }

  @Override
  public void close() {
    queries.close();
    events.close();
  }
}
