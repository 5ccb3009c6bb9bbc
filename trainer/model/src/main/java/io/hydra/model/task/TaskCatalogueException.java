package io.hydra.model.task;

/** A task catalogue cannot be used; the message names file, task, key and remedy. */
public final class TaskCatalogueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TaskCatalogueException(String message) {
    super(message);
  }

  public TaskCatalogueException(String message, Throwable cause) {
    super(message, cause);
  }
}
