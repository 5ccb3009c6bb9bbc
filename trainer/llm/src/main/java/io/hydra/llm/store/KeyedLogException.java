package io.hydra.llm.store;

import io.hydra.schemas.config.UserException;

/** A log of kept values cannot be used. The message names the file and the remedy. */
public final class KeyedLogException extends UserException {
  private static final long serialVersionUID = 1L;

  KeyedLogException(String message, Throwable cause) {
    super(message, cause);
  }
}
