package io.hydra.model.encoder;

import java.util.Arrays;
import java.util.List;

/**
 * A chance for each row of numbers: a network of one hidden layer beside a linear one.
 *
 * <pre>
 * p(x) = σ(output · max(0, x hidden + hiddenBias) + x · direct + bias)
 * </pre>
 *
 * @param hidden inputs × units
 * @param hiddenBias one per unit
 * @param output one per unit
 * @param direct one per input
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record WordNetwork(
    float[][] hidden, float[] hiddenBias, float[] output, float[] direct, float bias) {
  /** Nothing learned. */
  public static final WordNetwork NONE =
      new WordNetwork(new float[0][], new float[0], new float[0], new float[0], 0);

  public boolean hasLearned() {
    return direct.length > 0;
  }

  /**
   * One whose score before σ is the mean of those that have learned: their units stand side by
   * side.
   */
  public static WordNetwork mean(List<WordNetwork> all) {
    List<WordNetwork> networks = all.stream().filter(WordNetwork::hasLearned).toList();
    if (networks.isEmpty()) {
      return NONE;
    }
    int inputs = networks.get(0).hidden().length;
    float[][] hidden = new float[inputs][0];
    float[] hiddenBias = {};
    float[] output = {};
    float[] direct = new float[inputs];
    float bias = 0;
    float share = 1f / networks.size();
    for (WordNetwork network : networks) {
      for (int i = 0; i < inputs; i++) {
        hidden[i] = join(hidden[i], network.hidden()[i], 1);
        direct[i] += share * network.direct()[i];
      }
      hiddenBias = join(hiddenBias, network.hiddenBias(), 1);
      output = join(output, network.output(), share);
      bias += share * network.bias();
    }
    return new WordNetwork(hidden, hiddenBias, output, direct, bias);
  }

  private static float[] join(float[] first, float[] second, float scale) {
    float[] joined = Arrays.copyOf(first, first.length + second.length);
    for (int i = 0; i < second.length; i++) {
      joined[first.length + i] = scale * second[i];
    }
    return joined;
  }

  /**
   * @param row one number per input
   */
  public double chance(float[] row) {
    float[] units = hiddenBias.clone();
    float score = bias;
    for (int i = 0; i < row.length; i++) {
      float[] weights = hidden[i];
      float x = row[i];
      score += x * direct[i];
      for (int u = 0; u < units.length; u++) {
        units[u] += x * weights[u];
      }
    }
    for (int u = 0; u < units.length; u++) {
      score += output[u] * Math.max(0, units[u]);
    }
    return 1 / (1 + Math.exp(-score));
  }
}
