package io.hydra.infra;

import io.hydra.schemas.config.UserException;

/** An expected failure of the stack; the message is one clear line with the remedy. */
public class StackException extends UserException {
  private static final long serialVersionUID = 1L;

  public StackException(String message) {
    super(message);
  }

  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
