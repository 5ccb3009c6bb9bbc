package io.hydra.model.encoder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
