package io.hydra.llm;

import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.SchedulerTimer;
import io.hydra.schemas.config.UserException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An {@link Llm} for work that is not in a hurry: a bounded number of requests is under way, waits
 * between attempts included; the rest is queued. A request's time begins when its turn comes.
 */
public final class BoundedLlm implements Llm {
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration USUAL_LONGEST_WAIT = Duration.ofSeconds(20);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final Llm delegate;
  private final int most;
  private final Duration patience;
  private final Clock clock;
  private final Runnable whenClosed;
  private final Deque<Turn> queue = new ArrayDeque<>();
  private int underWay;
  private boolean closed;

  private record Turn(LlmRequest request, CompletableFuture<LlmReply> reply) {}

  /** Closes {@code delegate} with itself; a request under way has so much patience. */
  BoundedLlm(Llm delegate, int most, Duration patience, Clock clock, Runnable whenClosed) {
    this.delegate = delegate;
    this.most = most;
    this.patience = patience;
    this.clock = clock;
    this.whenClosed = whenClosed;
  }

  /**
   * An endpoint for training and evaluation.
   *
   * @param concurrency requests, and calls, under way at once
   * @param timeout of one attempt
   * @param retries attempts after the first
   * @throws UserException if one of them makes no sense
   */
  public static BoundedLlm open(
      String baseUrl, String apiKey, int concurrency, Duration timeout, int retries) {
    SchedulerTimer timer = new SchedulerTimer();
    RetryPolicy policy =
        new RetryPolicy(
            retries + 1,
            Duration.ZERO,
            timeout,
            null,
            LONGEST_WAIT,
            Backoff.between(FIRST_WAIT, USUAL_LONGEST_WAIT),
            "lower the concurrency, or see what slows it down");
    Clock clock = Clock.systemUTC();
    Duration patience = timeout.plus(LONGEST_WAIT).multipliedBy(2L * policy.attempts());
    try {
      OpenAiLlm llm = new OpenAiLlm(baseUrl, apiKey, concurrency, policy, clock, timer);
      return new BoundedLlm(llm, concurrency, patience, clock, timer::close);
    } catch (UserException e) {
      timer.close();
      throw e;
    }
  }

  @Override
  public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    CompletableFuture<LlmReply> reply = new CompletableFuture<>();
    synchronized (queue) {
      if (closed) {
        return CompletableFuture.failedFuture(LlmException.closed());
      }
      queue.add(new Turn(request, reply));
    }
    startTurns();
    return reply;
  }

  /** Starts what may be. A loop: calls that end at once must not start the next from within. */
  private void startTurns() {
    for (Turn turn = take(); turn != null; turn = take()) {
      start(turn);
    }
  }

  /** Takes the next turn; null if nothing waits, or no more may be under way. */
  private Turn take() {
    synchronized (queue) {
      // Cancelled by the caller.
      while (!queue.isEmpty() && queue.peek().reply().isDone()) {
        queue.remove();
      }
      if (underWay >= most || queue.isEmpty()) {
        return null;
      }
      underWay++;
      return queue.remove();
    }
  }

  private void start(Turn turn) {
    AtomicBoolean isStarted = new AtomicBoolean();
    CompletableFuture<LlmReply> unused =
        ask(turn.request())
            .whenComplete(
                (reply, error) -> {
                  synchronized (queue) {
                    underWay--;
                  }
                  if (isStarted.getAndSet(true)) {
                    startTurns();
                  } // Else the loop that starts this turn goes on with the next.
                  if (error == null) {
                    turn.reply().complete(reply);
                  } else {
                    turn.reply().completeExceptionally(Failures.unwrap(error));
                  }
                });
    isStarted.set(true);
  }

  /** Never throws: the turn would not be given back. */
  private CompletableFuture<LlmReply> ask(LlmRequest request) {
    try {
      return delegate.complete(request, Deadline.in(patience, clock));
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    Deque<Turn> given;
    synchronized (queue) {
      closed = true;
      given = new ArrayDeque<>(queue);
      queue.clear();
    }
    given.forEach(turn -> turn.reply().completeExceptionally(LlmException.closed()));
    delegate.close();
    whenClosed.run();
  }
}
