package io.hydra.evaluation.paper;

import java.util.SplittableRandom;

/**
 * The shared base: {@code z = tanh(input · matrix + bias)}. It stands where the paper has a
 * Longformer, on top of the project's frozen encoder.
 *
 * @param matrix inputs × z, row-major
 */
record BaseWeights(PairInput input, float[] matrix, float[] bias) {
  static BaseWeights fresh(PairInput input, int z, SplittableRandom random) {
    double bound = 1 / Math.sqrt(input.length());
    return new BaseWeights(
        input,
        Uniform.numbers(random, input.length() * z, bound),
        Uniform.numbers(random, z, bound));
  }

  float[] z(PaperRow row) {
    float[] x = new float[input.length()];
    input.write(row, x, 0);
    float[] z = bias.clone();
    Sums.addProduct(z, x, matrix);
    for (int j = 0; j < z.length; j++) {
      z[j] = (float) Sums.tanh(z[j]);
    }
    return z;
  }
}
