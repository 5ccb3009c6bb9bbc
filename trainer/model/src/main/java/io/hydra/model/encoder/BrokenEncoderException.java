package io.hydra.model.encoder;

/**
 * The encoder fails on any text: its native library, its memory or its being closed is at fault,
 * and no user's history. Ends the process.
 */
public final class BrokenEncoderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BrokenEncoderException(Throwable cause) {
    super("the encoder fails on any text (%s)".formatted(cause.getClass().getName()), cause);
  }
}
