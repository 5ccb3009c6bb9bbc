package io.hydra.infra.llm.prior;

import io.hydra.schemas.config.UserException;

/** A file of sample text cannot be used; the message is one line with its place. */
public final class PriorException extends UserException {
  private static final long serialVersionUID = 1;

  PriorException(String message, Throwable cause) {
    super(message, cause);
  }
}
