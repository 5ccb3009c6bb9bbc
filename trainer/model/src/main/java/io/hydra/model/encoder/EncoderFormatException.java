package io.hydra.model.encoder;

import io.hydra.schemas.config.UserException;

/** An encoder cannot be opened; the message names the file or folder and the remedy. */
public final class EncoderFormatException extends UserException {
  private static final long serialVersionUID = 1L;

  public EncoderFormatException(String message) {
    super(message);
  }

  public EncoderFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
