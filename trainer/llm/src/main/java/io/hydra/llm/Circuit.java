package io.hydra.llm;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.Transport.Outcome;
import io.hydra.runtime.retry.Outage;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The circuit breaker of an endpoint. Once most of its last calls found nobody, it is not called
 * for a while, and then tried with a few calls. What is asked meanwhile fails at once: it neither
 * waits out its deadline nor hammers what is down. Thread-safe.
 */
final class Circuit {
  /** Calls that are looked back upon, and how many of them there must be. */
  static final int LATEST = 32;

  static final int FEWEST = 16;

  private static final int PERCENT_AWAY = 80;
  static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int PROBES = 4;

  private final CircuitBreaker breaker;
  private final Duration fairTime;

  /**
   * @param fairTime a call that had less of it and did not end says nothing of the endpoint
   * @param outage begins when the endpoint is not called any more
   */
  Circuit(Duration fairTime, Clock clock, Outage outage) {
    this.fairTime = fairTime;
    this.breaker =
        CircuitBreaker.of(
            "llm",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(LATEST)
                .minimumNumberOfCalls(FEWEST)
                .failureRateThreshold(PERCENT_AWAY)
                .recordResult(Boolean.FALSE::equals)
                .waitDurationInOpenState(PAUSE)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .clock(clock)
                .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS)
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              State state = event.getStateTransition().getToState();
              if (state == State.OPEN) {
                outage.began("most of its last %d calls found nobody".formatted(LATEST));
              } else if (state == State.CLOSED) {
                outage.ended();
              }
            });
  }

  /** Permits a call, of which {@link #note} must then be told; or does not. */
  boolean permits() {
    return breaker.tryAcquirePermission();
  }

  /** The fault of a call that is not permitted. */
  static Fault refusal() {
    return Fault.of(
        Kind.UNAVAILABLE,
        "is not called for some seconds, since most of its last calls found nobody",
        "see that it runs and is reachable");
  }

  /**
   * @param outcome of a call; null for a defect of ours
   * @param timeout that it had
   */
  void note(Outcome outcome, Duration timeout) {
    Kind kind = outcome instanceof Fault fault ? fault.kind() : null;
    if (outcome == null
        || kind == Kind.CLOSED
        || kind == Kind.TOO_LATE
        || (kind == Kind.SLOW && timeout.compareTo(fairTime) < 0)) {
      breaker.releasePermission();
    } else {
      boolean isThere = kind != Kind.UNAVAILABLE && kind != Kind.SLOW;
      breaker.onResult(0, TimeUnit.MILLISECONDS, isThere);
    }
  }
}
