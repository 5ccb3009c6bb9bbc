package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.FakeEndpoint.Answer;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.SchedulerTimer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation and serving ask alike: one endpoint, asked as each of the programs asks. */
class UsesAgreeTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final SchedulerTimer timer = new SchedulerTimer();
  @TempDir private Path folder;
  private FakeEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    endpoint = new FakeEndpoint();
  }

  @AfterEach
  void stop() {
    endpoint.close();
    timer.close();
  }

  /** A text is an answer; a failure is told by its kind. */
  private static List<String> said(CompletableFuture<LlmReply> reply) {
    try {
      return reply.join().texts();
    } catch (CompletionException e) {
      return List.of(((LlmException) e.getCause()).kind().name());
    }
  }

  private OpenAiLlm serving() {
    RetryPolicy policy =
        new RetryPolicy(
            1,
            Duration.ofSeconds(10),
            TIMEOUT,
            null,
            TIMEOUT,
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0),
            "");
    return new OpenAiLlm(endpoint.url(), "k", 8, policy, Clock.systemUTC(), timer);
  }

  @Test
  void theSameRepliesGiveTheSameTextsInServingTrainingAndEvaluation() throws IOException {
    int at = 0;
    for (ReplyCases.Case row : ReplyCases.all()) {
      endpoint.always(r -> Answer.of(row.reply()));
      Path calls = folder.resolve(Integer.toString(at++));
      List<String> served;
      List<String> trained;
      List<String> evaluated;
      try (OpenAiLlm llm = serving()) {
        served =
            said(
                llm.complete(
                    row.request(), new Deadline(Instant.now().plus(TIMEOUT), () -> false)));
      }
      try (Llm llm = BoundedLlm.open(endpoint.url(), "k", 8, TIMEOUT, 0)) {
        trained = said(llm.complete(row.request(), Deadline.NONE));
      }
      try (Llm llm =
          new CachedLlm(BoundedLlm.open(endpoint.url(), "k", 8, TIMEOUT, 0), calls, "ns")) {
        evaluated = said(llm.complete(row.request(), Deadline.NONE));
      }
      assertThat(trained).as(row.name()).isEqualTo(served);
      assertThat(evaluated).as(row.name()).isEqualTo(served);
      if (row.failure() == null) {
        try (Llm llm = new CachedLlm(new FakeLlm(), calls, "ns")) {
          assertThat(said(llm.complete(row.request(), Deadline.NONE)))
              .as(row.name() + ", kept")
              .isEqualTo(served);
        }
      }
    }
  }
}
