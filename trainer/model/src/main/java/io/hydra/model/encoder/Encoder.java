package io.hydra.model.encoder;

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

  @Override
  void close();
}
