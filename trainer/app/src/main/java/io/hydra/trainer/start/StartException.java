package io.hydra.trainer.start;

import io.hydra.schemas.config.UserException;

/** The trainer must not run on this; the message says on what, and what to do. */
public final class StartException extends UserException {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }
}
