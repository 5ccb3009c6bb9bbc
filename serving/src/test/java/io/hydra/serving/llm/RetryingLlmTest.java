package io.hydra.serving.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.serving.async.Failures;
import io.hydra.serving.testing.FakeLlm;
import io.hydra.serving.testing.ManualTime;
import io.hydra.serving.time.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class RetryingLlmTest {
  private static final LlmRequest REQUEST = new LlmRequest(List.of(), 2, 1, 8);
  private static final Duration MIN_ATTEMPT = Duration.ofSeconds(2);

  private final ManualTime time = new ManualTime();
  private final FakeLlm llm = new FakeLlm();
  private boolean abandoned;

  @Test
  void aRetriableFailureIsRetriedAfterItsBackoff() {
    llm.fails(new LlmException.Retriable("busy", null)).answers("a", "b");
    CompletableFuture<RetryingLlm.Outcome> outcome = ask(Duration.ofSeconds(60));
    assertThat(outcome).isNotDone();
    assertThat(time.waits()).containsExactly(Duration.ofMillis(50));
    time.advance(Duration.ofMillis(50));
    assertThat(outcome.join().calls()).isEqualTo(2);
    assertThat(outcome.join().reply().texts()).containsExactly("a", "b");
  }

  @Test
  void retryAfterIsHonoured() {
    llm.fails(new LlmException.Retriable("429", Duration.ofSeconds(7), null)).answers("a");
    CompletableFuture<RetryingLlm.Outcome> outcome = ask(Duration.ofSeconds(60));
    time.advance(Duration.ofMillis(6999));
    assertThat(outcome).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(outcome).isCompleted();
  }

  @Test
  void retryAfterBeyondTheDeadlineFailsAtOnce() {
    llm.fails(new LlmException.Retriable("429", Duration.ofSeconds(60), null));
    LlmFailedException failure = failure(ask(Duration.ofSeconds(30)));
    assertThat(failure).hasMessageContaining("429").hasMessageContaining("deadline");
    assertThat(failure.calls()).isEqualTo(1);
    assertThat(time.instant()).isEqualTo(ManualTime.START);
  }

  @Test
  void aFatalFailureIsNotRetried() {
    llm.fails(new LlmException.Fatal("401", null)).answers("never");
    assertThat(failure(ask(Duration.ofSeconds(60)))).hasMessage("401");
    assertThat(llm.requests()).hasSize(1);
  }

  @Test
  void theAttemptsAreBounded() {
    llm.fails(new LlmException.Retriable("500", null))
        .fails(new LlmException.Retriable("500", null))
        .fails(new LlmException.Retriable("503", null));
    CompletableFuture<RetryingLlm.Outcome> outcome = ask(Duration.ofSeconds(60));
    time.advance(Duration.ofSeconds(10));
    assertThat(failure(outcome)).hasMessageContaining("503").hasMessageContaining("3 attempts");
    assertThat(failure(outcome).calls()).isEqualTo(3);
  }

  @Test
  void anAttemptGetsItsShareOfWhatIsLeftButNeverLessThanTheMinimum() {
    List<CompletableFuture<RetryingLlm.Outcome>> unused =
        Stream.of(60, 3, 1).map(seconds -> ask(Duration.ofSeconds(seconds))).toList();
    assertThat(llm.timeouts())
        .containsExactly(Duration.ofSeconds(20), MIN_ATTEMPT, Duration.ofSeconds(1));
  }

  @Test
  void aClientThatHangsIsGivenUpAndTheNextAttemptTakesWhatIsLeft() {
    llm.hangs().answers("late");
    CompletableFuture<RetryingLlm.Outcome> outcome = ask(Duration.ofSeconds(30));
    time.advance(Duration.ofSeconds(11));
    assertThat(outcome.join().reply().texts()).containsExactly("late");
    assertThat(outcome.join().calls()).isEqualTo(2);
  }

  @Test
  void hangingForEverEndsByTheDeadline() {
    CompletableFuture<RetryingLlm.Outcome> outcome = ask(Duration.ofSeconds(30));
    time.advance(Duration.ofSeconds(30).plus(RetryingLlm.GRACE));
    assertThat(outcome).isCompletedExceptionally();
    assertThat(time.waits()).isEmpty();
  }

  @Test
  void aPassedDeadlineCostsNoCall() {
    assertThat(failure(ask(Duration.ZERO)).calls()).isZero();
    assertThat(llm.requests()).isEmpty();
  }

  @Test
  void anAbandonedQueryIsNotAskedAgain() {
    llm.fails(new LlmException.Retriable("500", null)).answers("never");
    CompletableFuture<RetryingLlm.Outcome> outcome = ask(Duration.ofSeconds(60));
    abandoned = true;
    time.advance(Duration.ofSeconds(1));
    assertThat(outcome).isCompletedExceptionally();
    assertThat(llm.requests()).hasSize(1);
  }

  @Test
  void whatTheClientThrowsBeyondItsContractIsPassedOn() {
    llm.fails(new IllegalStateException("bug"));
    assertThat(error(ask(Duration.ofSeconds(60)))).isInstanceOf(IllegalStateException.class);
  }

  private CompletableFuture<RetryingLlm.Outcome> ask(Duration deadline) {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0);
    return new RetryingLlm(llm, new RetryPolicy(3, MIN_ATTEMPT, backoff), time, time)
        .complete(REQUEST, time.instant().plus(deadline), () -> abandoned);
  }

  private static LlmFailedException failure(CompletableFuture<?> future) {
    return (LlmFailedException) error(future);
  }

  private static Throwable error(CompletableFuture<?> future) {
    CompletionException wrapped =
        Assertions.catchThrowableOfType(CompletionException.class, future::join);
    return Failures.unwrap(wrapped);
  }
}
