package io.hydra.serving.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.llm.Deadline;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.answer.AnswerPipeline;
import io.hydra.serving.answer.Question;
import io.hydra.serving.answer.Question.StageClock;
import io.hydra.serving.reply.ReplyRouter.Route;
import io.hydra.serving.reply.ResponseCodec.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Answers questions that nobody asked, so that classes are loaded, code is compiled and connections
 * are open before the first query is read: only then is serving ready.
 */
public final class WarmUp {
  /** Nobody's: no app may name this tenant's user with effect, for nothing is written under it. */
  public static final UserKey NOBODY = new UserKey("hydra", "warm-up");

  private static final Duration TIME = Duration.ofSeconds(30);
  private static final int SIDE_BY_SIDE = 16;

  private WarmUp() {}

  /** A question of nobody. */
  public static Query query(String task, String id, Instant deadline) {
    return Query.newBuilder()
        .setQueryId(id)
        .setTenant(NOBODY.tenant())
        .setUserId(NOBODY.userId())
        .setTask(task)
        .setInput("A text to warm up, number " + id)
        .setDeadline(deadline)
        .setMinHistoryVersion(null)
        .setPersonalize(true)
        .build();
  }

  /** Waits for the replies to so many questions of each task; {@code executor} may block. */
  public static void run(
      AnswerPipeline pipeline,
      Collection<String> tasks,
      int rounds,
      Executor executor,
      Clock clock) {
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (String task : tasks) {
        Question question = question(query(task, "q" + round, clock.instant().plus(TIME)), clock);
        replies.add(
            CompletableFuture.completedFuture(null)
                .thenComposeAsync(ignored -> pipeline.answer(question), executor));
        if (replies.size() == SIDE_BY_SIDE) {
          replies.forEach(CompletableFuture::join);
          replies.clear();
        }
      }
    }
    replies.forEach(CompletableFuture::join);
  }

  private static Question question(Query query, Clock clock) {
    return new Question(
        query,
        NOBODY.recordKey().getBytes(UTF_8),
        clock.instant(),
        clock.instant(),
        new Deadline(query.getDeadline(), () -> false),
        false,
        Route.plain(),
        new StageClock(System::nanoTime, System.nanoTime()));
  }
}
