package io.hydra.llm;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.hydra.llm.LlmException.Kind;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The circuit breaker of an endpoint. Once most of the last requests found nobody, all their
 * attempts included, none is let through for a while, and then a few are. What is asked meanwhile
 * fails at once: it neither waits out its deadline nor hammers what is down. Thread-safe: under one
 * lock, since a permit and the number of transitions before it must be read together. A permit that
 * seems to be of before the last transition is not given back, and of the few probes' not one may
 * be missing, or the circuit never closes.
 */
final class Circuit {
  /** Requests that are looked back upon, and how many of them there must be. */
  static final int LATEST = 32;

  static final int FEWEST = 16;
  static final int PROBES = 4;
  static final Duration PAUSE = Duration.ofSeconds(5);

  /** The outage is over, as far as anybody knows, if nobody has asked for so long. */
  static final Duration QUIET = Duration.ofSeconds(30);

  private static final int PERCENT_AWAY = 80;
  private static final long NONE = -1;

  private final CircuitBreaker breaker;
  private final Duration fairTime;

  /** Number of transitions so far: what began before the last one says nothing of now. */
  private long epoch;

  /**
   * @param fairTime a request that had less of it and got no answer says nothing of the endpoint
   * @param outage begins when nothing is let through any more
   */
  Circuit(Duration fairTime, Clock clock, Timer timer, Outage outage) {
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
              long now = ++epoch;
              State state = event.getStateTransition().getToState();
              if (state == State.OPEN) {
                outage.began("most of its last " + LATEST + " requests found nobody");
                Timer.Task unused = timer.after(QUIET, () -> abandon(outage, now));
              } else if (state == State.CLOSED) {
                outage.ended();
              }
            });
  }

  /**
   * Lets a request through, or does not.
   *
   * @return a permit to be given back by {@link #end}; negative if there is none
   */
  synchronized long begin() {
    return breaker.tryAcquirePermission() ? epoch : NONE;
  }

  private synchronized void abandon(Outage outage, long then) {
    if (epoch == then) {
      outage.abandon();
    }
  }

  /** The fault of a request that is not let through. */
  static Fault refusal() {
    return Fault.of(
        Kind.UNAVAILABLE,
        "is not called for some seconds, since most of the last requests found nobody",
        "see that it runs and is reachable");
  }

  /**
   * Ends a request that was let through.
   *
   * @param error null if it was answered
   * @param time that it had
   */
  synchronized void end(long permit, Throwable error, Duration time) {
    if (permit != epoch) {
      return;
    }
    Kind kind = Failures.unwrap(error) instanceof LlmException failure ? failure.kind() : null;
    if ((error != null && kind == null)
        || kind == Kind.CLOSED
        || kind == Kind.TOO_LATE
        || (kind == Kind.SLOW && time.compareTo(fairTime) < 0)) {
      breaker.releasePermission();
    } else {
      boolean isThere = kind != Kind.UNAVAILABLE && kind != Kind.SLOW;
      breaker.onResult(0, TimeUnit.MILLISECONDS, isThere);
    }
  }
}
