package io.hydra.evaluation.bench;

/**
 * What one user's heads of one task take.
 *
 * @param bytes as stored
 */
record HeadSize(String task, int bytes) {
  /** Two heads of 768 · 768 + 768 + 768 · 2 + 2 float32. */
  static final long PAPER_BYTES = 2 * 2_368_520L;

  double gigabytesPerMillionUsers() {
    return bytes / 1e3;
  }

  /** How many of these the paper's heads take the place of. */
  double timesSmaller() {
    return (double) PAPER_BYTES / bytes;
  }
}
