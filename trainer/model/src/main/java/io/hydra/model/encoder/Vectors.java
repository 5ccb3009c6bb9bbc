package io.hydra.model.encoder;

/** What every encoder does with a vector last. */
final class Vectors {
  private Vectors() {}

  /** The vector of length one in the same direction; zero if there is no direction. */
  static float[] unit(double[] vector) {
    double square = 0;
    for (double v : vector) {
      square += v * v;
    }
    float[] unit = new float[vector.length];
    if (square > 0 && Double.isFinite(square)) {
      double length = Math.sqrt(square);
      for (int i = 0; i < unit.length; i++) {
        unit[i] = (float) (vector[i] / length);
      }
    }
    return unit;
  }
}
