package io.hydra.infra.llm.fault;

/**
 * The fate of one call.
 *
 * @param delayMs before anything is answered
 */
public record Fault(Kind kind, long delayMs) {
  /** At most one thing goes wrong with a call. */
  public enum Kind {
    NONE,
    TOO_MANY_REQUESTS,
    SERVER_ERROR,
    GARBAGE,
    FEWER_CHOICES,
    HANG
  }
}
