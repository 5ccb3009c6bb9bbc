package io.hydra.model;

/**
 * No heads can be fitted to a history, now or later, because of what it holds: a matter for a dead
 * letter and not for a retry. The message names no text of the user's.
 */
public final class UnfittableHistoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnfittableHistoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
