package io.hydra.datasets.lines;

import io.hydra.schemas.config.UserException;

/** A file cannot be read at all; the message names it and the remedy. */
public final class EventFileException extends UserException {
  private static final long serialVersionUID = 1L;

  public EventFileException(String message) {
    super(message);
  }

  public EventFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
