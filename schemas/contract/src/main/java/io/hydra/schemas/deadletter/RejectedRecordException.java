package io.hydra.schemas.deadletter;

/**
 * A record that can never be processed as it is: it belongs in the dead-letter topic. The message
 * names the reason and the remedy and holds no user text.
 */
public class RejectedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  public RejectedRecordException(String message) {
    super(message);
  }

  public RejectedRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
