package io.hydra.serving.state;

/** Redis does not answer, or refuses; the message says which, and holds no user text. */
public final class StateUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean away;

  StateUnavailableException(String message, boolean away, Throwable cause) {
    super(message, cause);
    this.away = away;
  }

  /** Whether Redis is at fault, so that another attempt may succeed; else it is the user's key. */
  public boolean isAway() {
    return away;
  }
}
