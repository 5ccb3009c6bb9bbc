package io.hydra.evaluation.bench;

import java.util.SplittableRandom;

/** Made-up numbers for the plain arithmetic. */
final class Numbers {
  private Numbers() {}

  /** Uniform in [-1, 1). */
  static float[] floats(SplittableRandom random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (2 * random.nextDouble() - 1);
    }
    return numbers;
  }
}
