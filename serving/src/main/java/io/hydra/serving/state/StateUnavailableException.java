package io.hydra.serving.state;

/** Redis does not answer, or refuses; the message says which, and holds no user text. */
public final class StateUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StateUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
