package io.hydra.model.head;

import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.Arrays;
import java.util.List;

/**
 * Mixes what the population and a user's members believe, each by how well it has predicted this
 * user so far: weight ∝ prior · exp(−decayed log loss). Without evidence it is exactly the
 * population.
 */
public final class HeadMixture {
  /** Before any evidence the population weighs this many times as much as one member. */
  static final double POPULATION_ODDS = 10;

  private HeadMixture() {}

  /**
   * @param features candidates × features
   * @param population the population head's weights
   * @return belief over the candidates; a mixture of another size than the head's, or with a number
   *     that is none, can only be damage, and counts as no mixture
   */
  public static double[] probabilities(double[][] features, double[] population, Mixture own) {
    double[] offset = Softmax.scores(features, population);
    double[] belief = Softmax.normalize(offset.clone());
    double[] odds = odds(own, population.length);
    double[][] beliefs = new double[odds.length][];
    beliefs[0] = belief;
    for (int m = 1; m < odds.length; m++) {
      beliefs[m] = withDelta(features, offset, own.members().get(m - 1).delta());
    }
    return mix(beliefs, odds);
  }

  /**
   * The mean of some beliefs over the same candidates.
   *
   * @param weights one per belief, above 0
   */
  static double[] mix(double[][] beliefs, double[] weights) {
    double[] mixed = new double[beliefs[0].length];
    double total = 0;
    for (int m = 0; m < weights.length; m++) {
      double weight = weights[m];
      for (int c = 0; c < mixed.length; c++) {
        mixed[c] += weight * beliefs[m][c];
      }
      total += weight;
    }
    scale(mixed, 1 / total);
    return mixed;
  }

  /**
   * @param size of the population head
   * @return the weights by which {@link #probabilities} mixes
   */
  public static Weights weights(Mixture own, int size) {
    double[] odds = odds(own, size);
    double total = Arrays.stream(odds).sum();
    return new Weights(
        odds[0] / total, Arrays.stream(odds).skip(1).mapToObj(weight -> weight / total).toList());
  }

  /** The population's, then each member's; the population's alone for what is no mixture. */
  private static double[] odds(Mixture own, int size) {
    List<Member> members = own.members();
    if (members.isEmpty() || !isWhole(own, size)) {
      return new double[] {1};
    }
    double[] losses = new double[1 + members.size()];
    losses[0] = own.populationLoss();
    for (int m = 1; m < losses.length; m++) {
      losses[m] = members.get(m - 1).loss();
    }
    return odds(losses);
  }

  /**
   * @param losses decayed log losses: the population's, then each member's
   */
  static double[] odds(double[] losses) {
    double best = Arrays.stream(losses).min().orElseThrow();
    double[] odds = new double[losses.length];
    for (int m = 0; m < odds.length; m++) {
      odds[m] = (m == 0 ? POPULATION_ODDS : 1) * Math.exp(best - losses[m]);
    }
    return odds;
  }

  /**
   * The shares of a mixture, which sum to 1.
   *
   * @param members in the mixture's order; empty if the population has all the say
   */
  public record Weights(double population, List<Double> members) {
    public Weights {
      members = List.copyOf(members);
    }
  }

  /**
   * Tells whether the user is served plain sampling's answer; never for what is no mixture.
   *
   * @param size of the population head
   */
  public static boolean fallsBack(Mixture own, int size) {
    return own.fallsBack() && isWhole(own, size);
  }

  /** Tells whether it is a mixture over heads of this size, and every number in it is one. */
  public static boolean isWhole(Mixture own, int size) {
    return own.members().stream().allMatch(m -> m.delta().length == size) && isFinite(own);
  }

  /** True if every number in it is one. */
  public static boolean isFinite(Mixture own) {
    return Float.isFinite(own.populationLoss())
        && own.members().stream().allMatch(HeadMixture::isFinite);
  }

  private static boolean isFinite(Member member) {
    boolean finite = Float.isFinite(member.loss());
    for (float d : member.delta()) {
      finite &= Float.isFinite(d);
    }
    return finite;
  }

  private static double[] withDelta(double[][] features, double[] offset, float[] delta) {
    double[] scores = offset.clone();
    for (int c = 0; c < scores.length; c++) {
      double[] z = features[c];
      for (int i = 0; i < delta.length; i++) {
        scores[c] += delta[i] * z[i];
      }
    }
    return Softmax.normalize(scores);
  }

  private static void scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }
}
