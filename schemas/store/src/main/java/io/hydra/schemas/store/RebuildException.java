package io.hydra.schemas.store;

import io.hydra.schemas.config.UserException;

/** A rebuild cannot start or go on; the message says why and what to do. */
public final class RebuildException extends UserException {
  private static final long serialVersionUID = 1L;

  public RebuildException(String message) {
    super(message);
  }

  public RebuildException(String message, Throwable cause) {
    super(message, cause);
  }
}
