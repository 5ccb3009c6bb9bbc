package io.hydra.serving;

/** Serving cannot start; the message says what is missing and the remedy. */
final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
