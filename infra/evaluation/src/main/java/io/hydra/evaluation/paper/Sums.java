package io.hydra.evaluation.paper;

import java.util.SplittableRandom;

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

  /** Seeded random numbers for weights and dropout. */
  static final class Uniform {
    private static final int BITS = 16;
    private static final int VALUES = 1 << BITS;

    private Uniform() {}

    /** Numbers between −bound and bound. */
    static float[] numbers(SplittableRandom random, int count, double bound) {
      float[] numbers = new float[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
      return numbers;
    }

    /** Dropout's factors: 0 for the given share of them, for the others what keeps the mean. */
    static void dropout(
        SplittableRandom random, double share, float[] target, int offset, int count) {
      int dropped = (int) Math.round(share * VALUES);
      float kept = (float) (1 / (1 - share));
      long bits = 0;
      for (int i = 0; i < count; i++) {
        bits = i % (Long.SIZE / BITS) == 0 ? random.nextLong() : bits >>> BITS;
        target[offset + i] = (bits & (VALUES - 1)) < dropped ? 0 : kept;
      }
    }

    /** A seed of a user's own, whoever else there is. */
    static long seed(long seed, String key) {
      long hash = seed;
      for (int i = 0; i < key.length(); i++) {
        hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
      }
      return new SplittableRandom(hash).nextLong();
    }
  }
}
