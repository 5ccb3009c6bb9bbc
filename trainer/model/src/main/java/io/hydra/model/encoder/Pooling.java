package io.hydra.model.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the vectors of a text's tokens become the vector of the text. */
enum Pooling {
  /** The mean over the text's own tokens, special ones included, padding left out. */
  @JsonProperty("mean")
  MEAN,
  /** The first token's vector. */
  @JsonProperty("cls")
  CLS;

  /**
   * The pooled vector up to its length, which is brought to one anyway.
   *
   * @param states vectors of tokens, one behind the other
   * @param start where the text's first token starts
   * @param tokens of the text, without padding
   */
  double[] sum(float[] states, int start, int tokens, int dimensions) {
    double[] vector = new double[dimensions];
    int used = this == CLS ? 1 : tokens;
    for (int t = 0; t < used; t++) {
      for (int i = 0; i < dimensions; i++) {
        vector[i] += states[start + t * dimensions + i];
      }
    }
    return vector;
  }
}
