package io.hydra.trainer.start;

/** The trainer must not run on this; the message says on what, and what to do. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }
}
