package io.hydra.model.encoder;

/** An encoder cannot be opened; the message names the file or folder and the remedy. */
public final class EncoderFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EncoderFormatException(String message) {
    super(message);
  }

  public EncoderFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
