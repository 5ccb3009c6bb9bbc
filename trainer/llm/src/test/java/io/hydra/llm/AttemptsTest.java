package io.hydra.llm;

import static io.hydra.llm.FakeTransport.choices;
import static io.hydra.llm.FakeTransport.refusal;
import static io.hydra.llm.FakeTransport.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.Transport.Completion;
import io.hydra.llm.Transport.Outcome;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private static final Endpoint ENDPOINT = Endpoint.of("http://127.0.0.1:1/v1", "k");

  private final ManualTime time = new ManualTime();
  private final FakeTransport transport = new FakeTransport(time);
  private final AtomicInteger calls = new AtomicInteger();
  private final Outage outage = new Outage("the LLM endpoint");
  private boolean abandoned;
  private final Attempts attempts =
      new Attempts(
          ENDPOINT,
          transport,
          policy(),
          new Circuit(policy().minAttempt(), time, time, outage),
          time,
          time);

  private static RetryPolicy policy() {
    return policy(null);
  }

  private static RetryPolicy policy(Duration hedgeAfter) {
    return new RetryPolicy(
        3,
        Duration.ofSeconds(10),
        Duration.ofMinutes(10),
        hedgeAfter,
        Duration.ofMinutes(2),
        new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0),
        "raise --llm-min-attempt");
  }

  private CompletableFuture<Completion> ask(long seconds) {
    return ask(attempts, seconds);
  }

  private CompletableFuture<Completion> askHedged(long seconds) {
    RetryPolicy policy = policy(Duration.ofSeconds(2));
    Circuit circuit = new Circuit(policy.minAttempt(), time, time, outage);
    return ask(new Attempts(ENDPOINT, transport, policy, circuit, time, time), seconds);
  }

  private CompletableFuture<Completion> ask(Attempts attempts, long seconds) {
    return attempts.ask(
        Requests.request("x", 2, OptionalLong.of(7)),
        2,
        0,
        new Deadline(time.instant().plusSeconds(seconds), () -> abandoned),
        calls);
  }

  @Test
  void aPassingFailureIsTriedAgainAfterItsBackoff() {
    transport.inTurn(status(500), choices(2));
    CompletableFuture<Completion> reply = ask(60);
    assertThat(reply).isNotDone();
    time.advance(Duration.ofMillis(50));
    assertThat(reply.join().choices()).hasSize(2);
    assertThat(calls).hasValue(2);
  }

  @Test
  void retryAfterIsHonoured() {
    transport.inTurn(Fault.status(429, Objection.NONE, Duration.ofSeconds(7)), choices(2));
    CompletableFuture<Completion> reply = ask(60);
    time.advance(Duration.ofMillis(6999));
    assertThat(reply).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(reply).isCompleted();
  }

  @Test
  void retryAfterBeyondTheDeadlineFailsAtOnce() {
    transport.inTurn(Fault.status(429, Objection.NONE, Duration.ofSeconds(60)));
    LlmException failure = Requests.refusal(ask(30));
    assertThat(failure).hasMessageContaining("429").hasMessageContaining("deadline");
    assertThat(calls).hasValue(1);
    assertThat(time.waits()).isEmpty();
  }

  @Test
  void aServerThatAsksForTooMuchPatienceIsGivenUp() {
    transport.inTurn(Fault.status(503, Objection.NONE, Duration.ofHours(1)));
    assertThat(Requests.refusal(ask(86_000)).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(calls).hasValue(1);
  }

  @Test
  void whatWouldBeRefusedAgainIsNotTriedAgain() {
    transport.inTurn(status(401));
    assertThat(Requests.refusal(ask(60))).hasMessageContaining("HYDRA_LLM_API_KEY");
    assertThat(calls).hasValue(1);
  }

  @Test
  void theAttemptsAreBounded() {
    transport.inTurn(status(500), status(500), status(503));
    CompletableFuture<Completion> reply = ask(60);
    time.advance(Duration.ofSeconds(10));
    assertThat(Requests.refusal(reply)).hasMessageContaining("503 3 times");
    assertThat(calls).hasValue(3);
  }

  @Test
  void anAttemptThatTakesLongIsJoinedByTheNextAndTheFirstAnswerEndsBoth() {
    transport.inTurn(null, choices(2));
    CompletableFuture<Completion> reply = askHedged(60);
    time.advance(Duration.ofMillis(1_999));
    assertThat(calls).hasValue(1);
    time.advance(Duration.ofMillis(1));
    assertThat(reply.join().choices()).hasSize(2);
    assertThat(calls).hasValue(2);
    assertThat(transport.posted.get(0)).isCancelled();
  }

  @Test
  void anAttemptTakesNoTimeWhileItWaitsForAThread() {
    transport.queued = new ArrayList<>();
    transport.inTurn(null, choices(2));
    CompletableFuture<Completion> reply = askHedged(60);
    time.advance(Duration.ofSeconds(5));
    assertThat(calls).hasValue(1);
    transport.queued.get(0).run();
    time.advance(Duration.ofMillis(1_999));
    assertThat(calls).hasValue(1);
    time.advance(Duration.ofMillis(1));
    assertThat(reply).isCompleted();
    assertThat(calls).hasValue(2);
  }

  @Test
  void theFirstAttemptMayStillWin() {
    List<CompletableFuture<Outcome>> outcomes =
        List.of(new CompletableFuture<>(), new CompletableFuture<>());
    transport.always(request -> outcomes.get(transport.sent.size() - 1));
    CompletableFuture<Completion> reply = askHedged(60);
    time.advance(Duration.ofSeconds(2));
    outcomes.get(1).complete(status(500));
    assertThat(reply).as("one is still under way").isNotDone();
    outcomes.get(0).complete(choices(2));
    assertThat(reply).isCompleted();
    time.advance(Duration.ofMinutes(1));
    assertThat(calls).hasValue(2);
  }

  @RepeatedTest(200)
  void aCallBesideAnotherIsCountedBeforeThereIsAnAnswerOrNotMade() throws Exception {
    CompletableFuture<Outcome> first = new CompletableFuture<>();
    transport.always(request -> transport.sent.size() == 1 ? first : new CompletableFuture<>());
    CompletableFuture<Integer> told = askHedged(60).thenApply(given -> calls.get());
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService clock = Executors.newSingleThreadExecutor();
    try {
      Future<?> due =
          clock.submit(
              () -> {
                int unused = together.await();
                time.advance(Duration.ofSeconds(2));
                return null;
              });
      int unused = together.await();
      first.complete(choices(2));
      due.get();
    } finally {
      clock.shutdownNow();
    }
    assertThat(told.join()).isEqualTo(transport.sent.size());
  }

  @Test
  void attemptsSideBySideAreAttempts() {
    transport.inTurn(null, null, status(503), choices(2));
    CompletableFuture<Completion> reply = askHedged(60);
    time.advance(Duration.ofMinutes(1));
    assertThat(Requests.refusal(reply)).hasMessageContaining("503 3 times");
    assertThat(calls).hasValue(3);
  }

  @Test
  void whatIsAnsweredInTimeOrNotWantedAnyMoreIsNotAskedAgain() {
    CompletableFuture<Completion> quick = askHedged(60);
    time.advance(Duration.ofSeconds(3));
    assertThat(quick).isCompleted();
    assertThat(calls).hasValue(1);
    transport.takes(Duration.ofSeconds(5));
    CompletableFuture<Completion> slow = askHedged(60);
    abandoned = true;
    time.advance(Duration.ofSeconds(5));
    assertThat(slow).isCompleted();
    assertThat(calls).hasValue(2);
  }

  @Test
  void aSlowLlmIsWaitedForWhereTheDeadlineLeavesTheTime() {
    transport.takes(Duration.ofSeconds(12));
    for (long deadline : new long[] {13, 30, 60}) {
      CompletableFuture<Completion> reply = ask(deadline);
      time.advance(Duration.ofSeconds(12));
      assertThat(reply).isCompleted();
    }
    assertThat(calls).hasValue(3);
  }

  @Test
  void aCallThatHangsLeavesTimeForAnother() {
    transport.inTurn(null, choices(2));
    CompletableFuture<Completion> reply = ask(60);
    time.advance(Duration.ofSeconds(31));
    assertThat(reply.join().choices()).hasSize(2);
    assertThat(transport.timeouts.get(0)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void anLlmThatIsTooSlowIsToldWithTheSetting() {
    transport.takes(Duration.ofSeconds(50));
    CompletableFuture<Completion> reply = ask(15);
    time.advance(Duration.ofSeconds(15));
    assertThat(Requests.refusal(reply))
        .hasMessageContaining("did not answer within 15 s")
        .hasMessageContaining("--llm-min-attempt");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aTransportThatHangsForEverEndsByTheDeadline() {
    transport.inTurn((Outcome) null);
    CompletableFuture<Completion> reply = ask(5);
    time.advance(Duration.ofSeconds(5).plus(Attempts.GRACE));
    assertThat(Requests.refusal(reply).kind()).isEqualTo(Kind.SLOW);
    assertThat(time.waits()).isEmpty();
  }

  @Test
  void aDefectFailsItsCallAtOnceAndLeavesNothingBehind() {
    IllegalStateException defect = new IllegalStateException("defect");
    transport.always(
        request -> {
          throw defect;
        });
    assertThat(Requests.failure(ask(60))).isSameAs(defect);
    transport.inTurn(status(500), status(500));
    CompletableFuture<Completion> retried = ask(60);
    transport.always(
        request -> {
          throw defect;
        });
    time.advance(Duration.ofSeconds(1));
    assertThat(Requests.failure(retried)).isSameAs(defect);
    assertThat(time.waits()).isEmpty();
  }

  @Test
  void aPassedDeadlineCostsNoCall() {
    assertThat(Requests.refusal(ask(0)).kind()).isEqualTo(Kind.TOO_LATE);
    assertThat(calls).hasValue(0);
  }

  @Test
  void anAnswerThatIsNoLongerWantedIsNotAskedForAgain() {
    transport.inTurn(status(500));
    CompletableFuture<Completion> reply = ask(60);
    abandoned = true;
    time.advance(Duration.ofSeconds(1));
    assertThat(Requests.refusal(reply).kind()).isEqualTo(Kind.TOO_LATE);
    assertThat(calls).hasValue(1);
  }

  @Test
  void aDefectIsPassedOn() {
    transport.always(r -> CompletableFuture.failedFuture(new IllegalStateException("bug")));
    assertThat(Requests.failure(ask(60))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReplyWithoutAnyChoiceIsTriedAgain() {
    transport.inTurn(choices(0), choices(1));
    CompletableFuture<Completion> reply = ask(60);
    time.advance(Duration.ofSeconds(1));
    assertThat(reply.join().choices()).hasSize(1);
  }

  @Test
  void aRefusedFieldIsLeftOutAtOnceAndRememberedForTheModel() {
    transport.always(
        r ->
            FakeTransport.done(
                r.has("seed") ? refusal(400, "{\"error\":{\"param\":\"seed\"}}") : choices(2)));
    assertThat(ask(60)).isCompleted();
    assertThat(ask(60)).isCompleted();
    assertThat(transport.sent).extracting(r -> r.has("seed")).containsExactly(true, false, false);
  }

  @Test
  void whatIsNotAnsweredInASimplerFormEitherIsNotRemembered() {
    transport.always(
        r ->
            FakeTransport.done(
                r.has("seed") ? refusal(400, "{\"error\":{\"param\":\"seed\"}}") : status(401)));
    assertThat(Requests.refusal(ask(60)).kind()).isEqualTo(Kind.UNAUTHORIZED);
    transport.always(r -> FakeTransport.done(choices(2)));
    assertThat(ask(60)).isCompleted();
    assertThat(transport.sent.get(2).has("seed")).isTrue();
  }

  @Test
  void everyOptionalFieldMayBeRefused() {
    transport.always(
        r -> {
          for (String field :
              new String[] {"max_tokens", "max_completion_tokens", "temperature", "seed", "n"}) {
            if (r.has(field)) {
              return FakeTransport.done(
                  refusal(422, "{\"detail\":[{\"loc\":[\"body\",\"%s\"]}]}".formatted(field)));
            }
          }
          return FakeTransport.done(choices(1));
        });
    assertThat(ask(60).join().choices()).hasSize(1);
    assertThat(calls).hasValue(6);
  }

  @Test
  void anEndpointThatIsAwayIsNotCalledForAWhileThenTriedWithAFewRequests() {
    breakTheCircuit();
    assertThat(outage.isOpen()).isTrue();
    int before = calls.get();
    assertThat(Requests.refusal(ask(60)))
        .hasMessageContaining("is not called for some seconds")
        .returns(Kind.UNAVAILABLE, LlmException::kind);
    assertThat(calls).hasValue(before);
    time.advance(Circuit.PAUSE.plusMillis(1));
    transport.inTurn(choices(2));
    for (int i = 0; i <= Circuit.PROBES; i++) {
      assertThat(ask(60)).isCompleted();
    }
    assertThat(outage.isOpen()).isFalse();
  }

  @Test
  void anEndpointThatIsStillAwayIsLeftAloneAgain() {
    breakTheCircuit();
    time.advance(Circuit.PAUSE.plusMillis(1));
    int before = calls.get();
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Completion> unused = ask(60);
    }
    time.advance(Duration.ofSeconds(2));
    assertThat(calls.get() - before).isEqualTo(3 * Circuit.PROBES);
    assertThat(outage.isOpen()).isTrue();
  }

  @Test
  void anOutageThatNobodyAsksAboutIsGivenUp() {
    breakTheCircuit();
    time.advance(Circuit.QUIET.plusMillis(1));
    assertThat(outage.isOpen()).isFalse();
    transport.inTurn(choices(2));
    assertThat(ask(60)).isCompleted();
  }

  @Test
  void whatBeganBeforeTheCircuitOpenedDecidesNoProbe() {
    transport.inTurn((Outcome) null);
    List<CompletableFuture<Completion>> old = new ArrayList<>();
    for (int i = 0; i < Circuit.PROBES; i++) {
      old.add(ask(3600));
    }
    breakTheCircuit();
    time.advance(Circuit.PAUSE.plusMillis(1));
    transport.inTurn(choices(2));
    assertThat(ask(60)).isCompleted();
    old.forEach(request -> request.completeExceptionally(new LlmException(Kind.SLOW, "late")));
    for (int i = 0; i < Circuit.PROBES; i++) {
      assertThat(ask(60)).isCompleted();
    }
    assertThat(outage.isOpen()).isFalse();
  }

  @Test
  void aBlipThatRetriesOutliveBreaksNoCircuit() {
    transport.always(
        request -> FakeTransport.done(calls.get() % 3 == 0 ? choices(2) : status(503)));
    for (int i = 0; i < Circuit.LATEST; i++) {
      CompletableFuture<Completion> reply = ask(60);
      time.advance(Duration.ofSeconds(2));
      assertThat(reply).isCompleted();
    }
  }

  @Test
  void whatIsNotTheEndpointsAbsenceBreaksNoCircuit() {
    transport.inTurn(Fault.slow(Duration.ofSeconds(1), "wait"));
    for (int i = 0; i < Circuit.LATEST; i++) {
      // Little time for a call.
      CompletableFuture<Completion> unused = ask(2);
      time.advance(Duration.ofSeconds(3));
    }
    transport.inTurn(status(429));
    for (int i = 0; i < Circuit.LATEST; i++) {
      CompletableFuture<Completion> unused = ask(60);
      time.advance(Duration.ofSeconds(5));
    }
    transport.inTurn(choices(2));
    assertThat(ask(60)).isCompleted();
  }

  private void breakTheCircuit() {
    transport.inTurn(status(500));
    for (int i = 0; i < Circuit.FEWEST; i++) {
      CompletableFuture<Completion> reply = ask(60);
      time.advance(Duration.ofSeconds(2));
      assertThat(reply).isCompletedExceptionally();
    }
  }

  @Test
  void closingGivesUpWhatWaits() {
    transport.inTurn(status(500));
    CompletableFuture<Completion> reply = ask(60);
    attempts.close();
    assertThat(Requests.refusal(reply).kind()).isEqualTo(Kind.CLOSED);
  }
}
