package io.hydra.evaluation.paper;

import java.util.SplittableRandom;

/** Seeded random numbers for weights and dropout. */
final class Uniform {
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
