package io.hydra.serving.policy;

import io.hydra.schemas.avro.ResponseStatus;
import java.time.Duration;
import java.time.Instant;

/** The limits that a policy may set, those first that take longest to lift. */
public enum Limit {
  REQUESTS_PER_DAY("requestsPerDay", Duration.ofDays(1), ResponseStatus.OVER_BUDGET),
  TOKENS_PER_DAY("tokensPerDay", Duration.ofDays(1), ResponseStatus.OVER_BUDGET),
  REQUESTS_PER_MINUTE("requestsPerMinute", Duration.ofMinutes(1), ResponseStatus.RATE_LIMITED),
  TOKENS_PER_MINUTE("tokensPerMinute", Duration.ofMinutes(1), ResponseStatus.RATE_LIMITED);

  private final String key;
  private final Duration window;
  private final ResponseStatus refusal;

  Limit(String key, Duration window, ResponseStatus refusal) {
    this.key = key;
    this.window = window;
    this.refusal = refusal;
  }

  /** Its key in the file of policies. */
  public String key() {
    return key;
  }

  /** The status of what goes beyond it. */
  ResponseStatus refusal() {
    return refusal;
  }

  boolean isOfDay() {
    return window.equals(Duration.ofDays(1));
  }

  boolean isOfTokens() {
    return this == TOKENS_PER_DAY || this == TOKENS_PER_MINUTE;
  }

  /** The number of the window that a moment lies in. */
  long window(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), window.toMillis());
  }

  /** The end of the window that a moment lies in. */
  Instant end(Instant at) {
    return Instant.ofEpochMilli((window(at) + 1) * window.toMillis());
  }
}
