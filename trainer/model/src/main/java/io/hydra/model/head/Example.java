package io.hydra.model.head;

/**
 * One query with its candidates and what the user thought of them.
 *
 * @param features z, candidates × features
 * @param offset what the candidates score before δ has a say: z · w, one per candidate
 * @param target the user's belief over the candidates; sums to 1
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Example(double[][] features, double[] offset, double[] target) {
  public Example {
    if (features.length == 0
        || features.length != target.length
        || features.length != offset.length) {
      throw new IllegalArgumentException(
          "an example needs one target and one offset per candidate, and candidates");
    }
  }

  /** An example whose offset is that of the population head, {@code population} its weights. */
  public static Example of(double[][] features, double[] population, double[] target) {
    return new Example(features, Softmax.scores(features, population), target);
  }
}
