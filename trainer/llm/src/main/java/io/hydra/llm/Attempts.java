package io.hydra.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.openai.core.ObjectMappers;
import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.Transport.Completion;
import io.hydra.llm.Transport.Outcome;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.time.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls an endpoint until it answers, the attempts are spent, or the deadline is too near for
 * another; at once without a field that it refuses by name. What it takes is remembered per model.
 * A {@link Circuit} says whether there are any.
 */
final class Attempts {
  /** A call that outlives its deadline by this much is given up, whatever the transport does. */
  static final Duration GRACE = Duration.ofMillis(250);

  private final Endpoint endpoint;
  private final Transport transport;
  private final RetryPolicy policy;
  private final Circuit circuit;
  private final Clock clock;
  private final Timer timer;
  private final ConcurrentHashMap<String, Dialect> dialects = new ConcurrentHashMap<>();
  private final Set<Run> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Attempts(
      Endpoint endpoint,
      Transport transport,
      RetryPolicy policy,
      Circuit circuit,
      Clock clock,
      Timer timer) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.policy = policy;
    this.circuit = circuit;
    this.clock = clock;
    this.timer = timer;
  }

  /** Tells whether the model gives more than one choice in a call, as far as is known. */
  boolean givesChoices(String model) {
    return dialect(model).choices();
  }

  private Dialect dialect(String model) {
    return dialects.getOrDefault(model, Dialect.FULL);
  }

  /**
   * Asks for n choices in one call.
   *
   * @param seedShift added to the seed
   * @param calls counts each call
   * @return at least one choice, and perhaps fewer than n; completes exceptionally with {@link
   *     LlmException}, or with what is a defect
   */
  CompletableFuture<Completion> ask(
      LlmRequest request, int n, int seedShift, Deadline deadline, AtomicInteger calls) {
    Run run = new Run(request, n, seedShift, deadline, calls);
    run.begin();
    return run.completion;
  }

  /** Gives up what waits or is under way. */
  void close() {
    closed = true;
    underWay.forEach(run -> run.fail(closedFault()));
  }

  private static Fault closedFault() {
    return Fault.of(Kind.CLOSED, "was given up", "its caller closed it");
  }

  /** The attempts at one call, one after the other. */
  private final class Run {
    private final LlmRequest request;
    private final int n;
    private final int seedShift;
    private final Deadline deadline;
    private final AtomicInteger calls;
    private final CompletableFuture<Completion> completion = new CompletableFuture<>();
    private volatile Dialect spoken;
    private final AtomicBoolean hasLeft = new AtomicBoolean();
    private volatile int attempts;
    private volatile Duration time;
    private volatile long permit;

    Run(LlmRequest request, int n, int seedShift, Deadline deadline, AtomicInteger calls) {
      this.request = request;
      this.n = n;
      this.seedShift = seedShift;
      this.deadline = deadline;
      this.calls = calls;
      this.spoken = dialect(request.model());
    }

    void begin() {
      time = deadline.left(clock);
      permit = circuit.begin();
      if (permit < 0) {
        completion.completeExceptionally(Circuit.refusal().exception(request, attempts));
        return;
      }
      Timer.Task guard =
          timer.after(
              time.plus(GRACE),
              () ->
                  fail(
                      Fault.of(
                          Kind.SLOW, "did not answer before the deadline", policy.slowRemedy())));
      underWay.add(this);
      CompletableFuture<Completion> unused =
          completion.whenComplete(
              (done, error) -> {
                guard.cancel();
                leave(error);
                underWay.remove(this);
              });
      attempt();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Attempts follow each other.
    private void attempt() {
      Duration left = deadline.left(clock);
      if (left.isZero() || left.isNegative()) {
        fail(Fault.of(Kind.TOO_LATE, "was not asked", "no time was left before the deadline"));
        return;
      }
      attempts++;
      orDefect(() -> call(policy.timeout(left, policy.attempts() - attempts + 1), left));
    }

    /** Ends with what a step throws: nobody else would, before the deadline. */
    private void orDefect(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        fail(e);
      }
    }

    private void call(Duration timeout, Duration left) {
      if (completion.isDone()) {
        return;
      }
      if (closed) {
        fail(closedFault());
        return;
      }
      if (deadline.abandoned().getAsBoolean()) {
        fail(Fault.of(Kind.TOO_LATE, "was not asked", LlmException.NO_LONGER_WANTED));
        return;
      }
      Race race = new Race(timeout, left);
      CompletableFuture<Outcome> unused =
          race.outcome.whenComplete(
              (outcome, defect) -> {
                if (defect != null) {
                  fail(Failures.unwrap(defect));
                } else {
                  orDefect(() -> handle(outcome, timeout));
                }
              });
      race.begin();
    }

    private static boolean isAnswer(Outcome outcome) {
      return outcome instanceof Completion given && !given.choices().isEmpty();
    }

    private void handle(Outcome outcome, Duration timeout) {
      if (isAnswer(outcome)) {
        Dialect unused = dialects.merge(request.model(), spoken, Dialect::and);
        leave(null);
        completion.complete((Completion) outcome);
      } else {
        retryOrFail(outcome instanceof Fault fault ? fault : Fault.noChoice(), timeout);
      }
    }

    private byte[] json(Dialect dialect) {
      try {
        return ObjectMappers.jsonMapper().writeValueAsBytes(dialect.body(request, n, seedShift));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a request is always JSON: " + e.getClass());
      }
    }

    private void retryOrFail(Fault fault, Duration timeout) {
      Optional<Dialect> simpler = spoken.after(fault, request, n, endpoint.addresses().size());
      Duration left = deadline.left(clock);
      if (simpler.isPresent()) {
        spoken = simpler.get();
        // The same attempt: nobody has worked on it yet.
        call(timeout.compareTo(left) < 0 ? timeout : left, left);
        return;
      }
      if (closed) {
        fail(closedFault());
      } else if (isLast(fault)) {
        fail(fault);
      } else {
        Duration wait = policy.delay(fault.retryAfter(), attempts - 1);
        if (wait.compareTo(left) >= 0) {
          fail(fault.withRemedy(fault.remedy() + "; the deadline leaves no time for a retry"));
        } else {
          Timer.Task unused = timer.after(wait, this::attempt);
        }
      }
    }

    private boolean isLast(Fault fault) {
      if (!fault.kind().retriable()) {
        return true;
      }
      Duration asked = fault.retryAfter();
      if (asked != null && asked.compareTo(policy.longestWait()) > 0) {
        return true;
      }
      return attempts >= policy.attempts();
    }

    /**
     * One call, and beside it the next attempt's where that comes early: what ends first with an
     * answer ends both, and where neither has one, what ends last. A call is counted before there
     * is an outcome, or not made.
     */
    private final class Race {
      private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      private final Duration timeout;
      private final Duration left;
      private int underWay;
      private boolean isOver;

      Race(Duration timeout, Duration left) {
        this.timeout = timeout;
        this.left = left;
      }

      void begin() {
        boolean mayHedge = policy.hedgeAfter() != null && attempts < policy.attempts();
        enter(0);
        post(timeout, left, mayHedge ? this::hedgeLater : () -> {});
      }

      private void hedgeLater() {
        Timer.Task second = timer.after(policy.hedgeAfter(), () -> orDefect(this::hedge));
        CompletableFuture<Outcome> unused = outcome.whenComplete((o, error) -> second.cancel());
      }

      private void hedge() {
        Duration rest = deadline.left(clock);
        if (!closed
            && !deadline.abandoned().getAsBoolean()
            && rest.compareTo(Duration.ZERO) > 0
            && enter(1)) {
          post(timeout.compareTo(rest) < 0 ? timeout : rest, rest, () -> {});
        }
      }

      @SuppressWarnings("NonAtomicVolatileUpdate") // No attempt begins before the race is over.
      private synchronized boolean enter(int attempt) {
        if (!isOver) {
          underWay++;
          attempts += attempt;
          int unused = calls.incrementAndGet();
        }
        return !isOver;
      }

      private synchronized boolean ends(Outcome given) {
        underWay--;
        boolean ends = !isOver && (given == null || isAnswer(given) || underWay == 0);
        isOver |= ends;
        return ends;
      }

      private void post(Duration within, Duration until, Runnable begun) {
        CompletableFuture<Outcome> call =
            transport.post(
                spoken.address(endpoint), json(spoken), within, clock.instant().plus(until), begun);
        CompletableFuture<Outcome> unused =
            call.whenComplete(
                (given, defect) -> {
                  if (!ends(given)) {
                    return;
                  } else if (defect != null) {
                    outcome.completeExceptionally(defect);
                  } else {
                    outcome.complete(given);
                  }
                });
        unused = outcome.whenComplete((done, error) -> call.cancel(false));
      }
    }

    void fail(Fault fault) {
      fail(fault.exception(request, attempts));
    }

    private void fail(Throwable error) {
      leave(error);
      completion.completeExceptionally(error);
    }

    /**
     * Before whoever waits goes on, so that the next request finds a circuit that knows of this.
     */
    private void leave(Throwable error) {
      if (!hasLeft.getAndSet(true)) {
        circuit.end(permit, error, time);
      }
    }
  }
}
