package io.hydra.trainer.base;

import io.hydra.schemas.config.UserException;

/** Training data cannot be used; the message names file, line and remedy, never a user's text. */
public final class TrainingDataException extends UserException {
  private static final long serialVersionUID = 1L;

  public TrainingDataException(String message) {
    super(message);
  }

  public TrainingDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
