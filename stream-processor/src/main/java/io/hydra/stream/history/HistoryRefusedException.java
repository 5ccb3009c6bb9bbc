package io.hydra.stream.history;

/** A key of the user is of another type, so the store can never do what it was asked. */
public final class HistoryRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HistoryRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
