package io.hydra.serving.llm;

import java.time.Duration;
import java.util.Optional;

/** An LLM call failed. The message names the fault and the remedy, never what was said. */
public abstract sealed class LlmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private LlmException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another attempt may succeed. */
  public static final class Retriable extends LlmException {
    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    public Retriable(String message, Throwable cause) {
      this(message, null, cause);
    }

    /**
     * @param retryAfter what the endpoint asked for; null if nothing
     */
    public Retriable(String message, Duration retryAfter, Throwable cause) {
      super(message, cause);
      this.retryAfter = retryAfter;
    }

    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }
  }

  /** The same request would fail again. */
  public static final class Fatal extends LlmException {
    private static final long serialVersionUID = 1L;

    public Fatal(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
