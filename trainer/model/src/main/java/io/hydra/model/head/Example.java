package io.hydra.model.head;

/**
 * One query with its candidates and what the user thought of them.
 *
 * @param features candidates × features
 * @param target the user's belief over the candidates; sums to 1
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Example(double[][] features, double[] target) {
  public Example {
    if (features.length != target.length || features.length == 0) {
      throw new IllegalArgumentException(
          "an example needs one target per candidate, and candidates");
    }
  }
}
