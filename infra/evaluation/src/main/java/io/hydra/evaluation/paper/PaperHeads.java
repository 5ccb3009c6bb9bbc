package io.hydra.evaluation.paper;

import io.hydra.evaluation.paper.Sums.Uniform;
import java.util.SplittableRandom;

/** Fitted heads, one per user, in the order in which the users were given. Immutable. */
public final class PaperHeads {
  private final HeadShape shape;
  private final float[][] heads;

  PaperHeads(HeadShape shape, float[][] heads) {
    this.shape = shape;
    this.heads = heads;
  }

  public int users() {
    return heads.length;
  }

  /** Numbers in one head: z² + z + 2z + 2; the paper's, with z = 768, has 592,130. */
  public int parameters() {
    return shape.parameters();
  }

  /** Size of one head as 32-bit numbers. */
  public long bytesPerUser() {
    return (long) parameters() * Float.BYTES;
  }

  HeadShape shape() {
    return shape;
  }

  float[] head(int user) {
    return heads[user];
  }

  /**
   * A head's numbers in a row: W1 (z × z, row-major), b1 (z), W2 (z × 2, row-major), b2 (2), then
   * zeros up to the stride.
   */
  record HeadShape(int z) {
    private static final int CLASSES = 2;
    private static final int ALIGNMENT = 16;

    int b1() {
      return z * z;
    }

    int w2() {
      return b1() + z;
    }

    int b2() {
      return w2() + z * CLASSES;
    }

    /** z² + z + 2z + 2. */
    int parameters() {
      return b2() + CLASSES;
    }

    /** So that every head of a stack begins on a cache line, wherever it stands. */
    int stride() {
      return (parameters() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Random weights, both layers uniform within 1/√z, as a linear layer usually starts. */
    float[] fresh(SplittableRandom random) {
      float[] head = new float[stride()];
      System.arraycopy(
          Uniform.numbers(random, parameters(), 1 / Math.sqrt(z)), 0, head, 0, parameters());
      return head;
    }

    /** softmax(tanh(z · W1 + b1) · W2 + b2)[1]. */
    double score(float[] head, float[] vector) {
      float[] hidden = new float[z];
      System.arraycopy(head, b1(), hidden, 0, z);
      Sums.addProduct(hidden, vector, head);
      double margin = (double) head[b2() + 1] - head[b2()];
      for (int j = 0; j < z; j++) {
        margin += Sums.tanh(hidden[j]) * ((double) head[w2() + 2 * j + 1] - head[w2() + 2 * j]);
      }
      return 1 / (1 + Math.exp(-margin));
    }
  }
}
