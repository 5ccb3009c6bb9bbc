package io.hydra.model.task;

import io.hydra.schemas.config.UserException;

/** A task catalogue cannot be used; the message names file, task, key and remedy. */
public final class TaskCatalogueException extends UserException {
  private static final long serialVersionUID = 1L;

  public TaskCatalogueException(String message) {
    super(message);
  }

  public TaskCatalogueException(String message, Throwable cause) {
    super(message, cause);
  }
}
