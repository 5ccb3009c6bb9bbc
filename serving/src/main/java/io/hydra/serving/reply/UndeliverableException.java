package io.hydra.serving.reply;

/** A record that its topic does not take; others are not affected. */
public final class UndeliverableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean tooLarge;

  public UndeliverableException(String reason, boolean tooLarge, Throwable cause) {
    super(reason, cause);
    this.tooLarge = tooLarge;
  }

  /** Whether a smaller record would be taken. */
  public boolean isTooLarge() {
    return tooLarge;
  }
}
