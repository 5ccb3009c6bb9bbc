package io.hydra.model.encoder;

/** An encoder of meaning failed on a text, which the message leaves out. */
public final class EncoderFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EncoderFailedException(RuntimeException cause) {
    super(
        "the encoder of meaning fails on a text (%s)".formatted(cause.getClass().getName()), cause);
  }
}
