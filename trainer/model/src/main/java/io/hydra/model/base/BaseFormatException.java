package io.hydra.model.base;

/** A base cannot be loaded; the message names the file and the remedy. */
public final class BaseFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BaseFormatException(String message) {
    super(message);
  }

  public BaseFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
