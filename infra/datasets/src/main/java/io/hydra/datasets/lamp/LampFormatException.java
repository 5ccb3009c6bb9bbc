package io.hydra.datasets.lamp;

import io.hydra.schemas.config.UserException;

/** A data file is missing or malformed; the message names file, place and remedy. */
public final class LampFormatException extends UserException {
  private static final long serialVersionUID = 1L;

  public LampFormatException(String message) {
    super(message);
  }

  public LampFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
