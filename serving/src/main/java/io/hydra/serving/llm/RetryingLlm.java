package io.hydra.serving.llm;

import io.hydra.serving.async.Failures;
import io.hydra.serving.time.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Asks an LLM until it answers, the attempts are spent, or the deadline is too near for another.
 */
public final class RetryingLlm {
  /**
   * An attempt that outlives its own timeout by this much is given up, whatever the client does.
   */
  static final Duration GRACE = Duration.ofMillis(250);

  private final LlmClient client;
  private final RetryPolicy policy;
  private final Clock clock;
  private final Timer timer;

  /** A reply and how many calls it took. */
  public record Outcome(LlmReply reply, int calls) {}

  public RetryingLlm(LlmClient client, RetryPolicy policy, Clock clock, Timer timer) {
    this.client = client;
    this.policy = policy;
    this.clock = clock;
    this.timer = timer;
  }

  /**
   * Asks until there is a reply.
   *
   * @param abandoned no further attempt is made once it is true
   * @return completes exceptionally with {@link LlmFailedException}, or with what the client threw
   *     beyond its contract
   */
  public CompletableFuture<Outcome> complete(
      LlmRequest request, Instant deadline, BooleanSupplier abandoned) {
    Run run = new Run(request, deadline, abandoned);
    run.attempt();
    return run.outcome;
  }

  /** One query's attempts, one after the other. */
  private final class Run {
    private final LlmRequest request;
    private final Instant deadline;
    private final BooleanSupplier abandoned;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile int calls;

    Run(LlmRequest request, Instant deadline, BooleanSupplier abandoned) {
      this.request = request;
      this.deadline = deadline;
      this.abandoned = abandoned;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Attempts follow each other.
    void attempt() {
      Duration left = left();
      if (left.isZero() || left.isNegative()) {
        fail("no time was left to ask the LLM", null);
        return;
      }
      if (abandoned.getAsBoolean()) {
        fail("the query is no longer ours", null);
        return;
      }
      Duration timeout = policy.timeout(left, policy.attempts() - calls);
      calls++;
      CompletableFuture<LlmReply> call = call(timeout);
      Timer.Task guard =
          timer.after(
              timeout.plus(GRACE),
              () ->
                  call.completeExceptionally(
                      new LlmException.Retriable("the LLM did not answer in time", null)));
      CompletableFuture<LlmReply> unused =
          call.whenComplete(
              (reply, error) -> {
                guard.cancel();
                if (error == null) {
                  outcome.complete(new Outcome(reply, calls));
                } else {
                  failed(Failures.unwrap(error));
                }
              });
    }

    private CompletableFuture<LlmReply> call(Duration timeout) {
      try {
        return client.complete(request, timeout);
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private void failed(Throwable error) {
      if (error instanceof LlmException.Fatal fatal) {
        fail(fatal.getMessage(), fatal);
      } else if (error instanceof LlmException.Retriable retriable) {
        retry(retriable);
      } else {
        outcome.completeExceptionally(error);
      }
    }

    private void retry(LlmException.Retriable failure) {
      if (calls >= policy.attempts()) {
        fail("%s, %d attempts".formatted(failure.getMessage(), calls), failure);
        return;
      }
      Duration wait = policy.wait(failure, calls - 1);
      if (wait.compareTo(left()) >= 0) {
        fail(failure.getMessage() + ", and the deadline leaves no time for a retry", failure);
        return;
      }
      Timer.Task unused = timer.after(wait, this::attempt);
    }

    private Duration left() {
      return Duration.between(clock.instant(), deadline);
    }

    private void fail(String message, Throwable cause) {
      outcome.completeExceptionally(new LlmFailedException(message, calls, cause));
    }
  }
}
