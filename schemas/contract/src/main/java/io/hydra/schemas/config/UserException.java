package io.hydra.schemas.config;

/**
 * An expected failure that the person who started the program can mend. The message is one line
 * that says what is wrong and what to do, without any user's text; it is all that is shown, and the
 * program ends with exit code 1. The base class of such failures in every module, hence in the
 * lowest.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserException(String message) {
    super(message);
  }

  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
