package io.hydra.evaluation.paper;

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
}
