package io.hydra.schemas.redis;

/** A value in Redis is not what this program writes. */
public class CorruptValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CorruptValueException(String message) {
    super(message);
  }

  public CorruptValueException(String message, Throwable cause) {
    super(message, cause);
  }
}
