package io.hydra.model.encoder;

/**
 * Size of the built-in encoder.
 *
 * @param buckets hash buckets for words
 * @param dimensions of a vector
 */
public record EncoderShape(int buckets, int dimensions) {
  public static final EncoderShape DEFAULT = new EncoderShape(16_384, 48);
}
