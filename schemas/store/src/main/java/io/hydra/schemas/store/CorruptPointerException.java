package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;

/** The pointer to the current view names none: nobody's history can be read until it is mended. */
public final class CorruptPointerException extends CorruptValueException {
  private static final long serialVersionUID = 1L;

  CorruptPointerException(String message, Throwable cause) {
    super(message, cause);
  }
}
