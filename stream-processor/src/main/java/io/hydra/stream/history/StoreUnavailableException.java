package io.hydra.stream.history;

/** The store does not answer, or cannot take writes now: worth a retry. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
