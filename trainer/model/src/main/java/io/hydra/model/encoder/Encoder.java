package io.hydra.model.encoder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Turns texts into vectors whose dot product says how alike they are. Thread-safe, deterministic,
 * never in training mode.
 */
public interface Encoder extends AutoCloseable {
  /** Length of a vector. */
  int dimensions();

  /**
   * @param texts any number; an empty text has the zero vector
   * @return one vector per text, of length one or zero
   */
  float[][] encode(List<String> texts);

  /**
   * Encodes each word of a text as it is meant there.
   *
   * @return a state of fixed length per distinct word, as {@link io.hydra.model.text.Words} splits
   *     and lowers them; without the words behind the encoder's most tokens, and empty for an
   *     encoder that has none
   */
  default Map<String, float[]> wordStates(String text) {
    return Map.of();
  }

  /**
   * Writes all that {@link EncoderSource} needs to open this encoder again: {@code encoder.json}
   * and files beside it. The same encoder gives the same bytes.
   *
   * @param folder that exists and is empty
   * @throws UnsupportedOperationException if this encoder cannot be stored
   */
  default void save(Path folder) throws IOException {
    throw new UnsupportedOperationException(getClass().getName() + " cannot be stored");
  }

  @Override
  void close();
}
