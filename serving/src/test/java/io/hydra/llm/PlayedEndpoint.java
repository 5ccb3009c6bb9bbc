package io.hydra.llm;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.Transport.Choice;
import io.hydra.llm.Transport.Completion;
import io.hydra.llm.Transport.Outcome;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.time.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;

/**
 * An endpoint whose calls end as a test says, below the client that serving uses: its sampling,
 * attempts and circuit breaker. In the client's package, since what it replaces is hidden there.
 */
public final class PlayedEndpoint {
  /** Requests that a circuit breaker lets through before it decides whether the LLM is back. */
  public static final int PROBES = Circuit.PROBES;

  private static final Endpoint ENDPOINT = Endpoint.of("http://played/v1", null);
  private static final String CHOICES = "\"n\":";
  private static final int PROMPT_TOKENS = 60;

  /** The way in which a call ends, unless its time is over before. */
  public enum Fate {
    ANSWERED,
    FEWER,
    BUSY,
    AWAY,
    GARBAGE,
    REFUSED,
    HANGS
  }

  /**
   * The end of one call.
   *
   * @param takes until then
   */
  public record Call(Fate fate, Duration takes) {}

  /** Decides about calls. */
  @FunctionalInterface
  public interface Script {
    /**
     * @param body of the request
     */
    Call begin(String body);
  }

  private PlayedEndpoint() {}

  /** The client of an endpoint that plays the script. */
  public static Llm client(Script script, RetryPolicy policy, Clock clock, Timer timer) {
    Transport transport =
        new Transport() {
          @Override
          public CompletableFuture<Outcome> post(
              String address, byte[] bytes, Duration timeout, Instant giveUp, Runnable begun) {
            begun.run();
            String body = new String(bytes, StandardCharsets.UTF_8);
            Call call = script.begin(body);
            boolean isLate = call.takes().compareTo(timeout) >= 0 || call.fate() == Fate.HANGS;
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            Timer.Task unused =
                timer.after(
                    isLate ? timeout : call.takes(),
                    () ->
                        outcome.complete(
                            isLate ? Fault.slow(timeout, "") : outcome(call.fate(), body)));
            return outcome;
          }

          @Override
          public void close() {}
        };
    return new OpenAiLlm(ENDPOINT, transport, policy, clock, timer);
  }

  private static Outcome outcome(Fate fate, String body) {
    int asked = body.indexOf(CHOICES);
    int n = fate == Fate.ANSWERED && asked >= 0 ? body.charAt(asked + CHOICES.length()) - '0' : 1;
    return switch (fate) {
      case ANSWERED, FEWER ->
          new Completion(
              "m", Collections.nCopies(n, new Choice("red", null)), PROMPT_TOKENS, 3L * n);
      case BUSY -> Fault.status(429, Objection.NONE, Duration.ofSeconds(1));
      case AWAY -> Fault.of(Kind.UNAVAILABLE, "cannot be reached", "");
      case GARBAGE -> Fault.noChoice();
      case REFUSED -> Fault.status(400, Objection.NONE, null);
      case HANGS -> throw new IllegalStateException("its time ends it");
    };
  }
}
