package io.hydra.model.base;

import io.hydra.schemas.config.UserException;

/** A base cannot be loaded; the message names the file and the remedy. */
public final class BaseFormatException extends UserException {
  private static final long serialVersionUID = 1L;

  public BaseFormatException(String message) {
    super(message);
  }

  public BaseFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
