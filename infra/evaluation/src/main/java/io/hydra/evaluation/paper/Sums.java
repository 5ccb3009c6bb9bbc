package io.hydra.evaluation.paper;

/** The network's sums in plain Java. */
final class Sums {
  private Sums() {}

  /**
   * Adds vector · matrix to {@code target}.
   *
   * @param matrix row-major, one row of the target's length per number of the vector; what follows
   *     is not looked at
   */
  static void addProduct(float[] target, float[] vector, float[] matrix) {
    int width = target.length;
    int i = 0;
    // Four rows at a time: the target is read and written a quarter as often.
    for (; i + 4 <= vector.length; i += 4) {
      float a = vector[i];
      float b = vector[i + 1];
      float c = vector[i + 2];
      float d = vector[i + 3];
      int at = i * width;
      for (int j = 0; j < width; j++) {
        target[j] +=
            a * matrix[at + j]
                + b * matrix[at + width + j]
                + c * matrix[at + 2 * width + j]
                + d * matrix[at + 3 * width + j];
      }
    }
    for (; i < vector.length; i++) {
      for (int j = 0; j < width; j++) {
        target[j] += vector[i] * matrix[i * width + j];
      }
    }
  }

  /** Math.tanh takes several times as long. */
  static double tanh(double x) {
    return 1 - 2 / (1 + Math.exp(2 * x));
  }
}
