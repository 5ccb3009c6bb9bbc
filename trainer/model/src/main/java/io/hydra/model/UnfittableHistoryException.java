package io.hydra.model;

/**
 * A history that no heads can be fitted to, now or later: a fault of what this user's history
 * holds, so a matter for a dead letter and not for another try. The message names no text of the
 * user's.
 */
public final class UnfittableHistoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnfittableHistoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
