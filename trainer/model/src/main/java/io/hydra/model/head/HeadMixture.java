package io.hydra.model.head;

import io.hydra.schemas.redis.Heads;
import java.util.List;

/**
 * Mixes what the population and a user's members believe, each by how well it has predicted this
 * user so far: weight ∝ prior · exp(−decayed log loss). Without evidence it is exactly the
 * population.
 */
public final class HeadMixture {
  /** Before any evidence the population weighs this many times as much as one member. */
  private static final double POPULATION_ODDS = 4;

  private HeadMixture() {}

  /**
   * @param features candidates × features
   * @param population the population head's weights
   * @return belief over the candidates
   */
  public static double[] probabilities(double[][] features, double[] population, Heads heads) {
    double[] belief = Softmax.probabilities(features, population);
    if (heads.members().isEmpty()) {
      return belief;
    }
    List<Heads.Member> members = heads.members();
    double best = heads.populationLoss();
    for (Heads.Member member : members) {
      best = Math.min(best, member.loss());
    }
    double total = POPULATION_ODDS * Math.exp(best - heads.populationLoss());
    scale(belief, total);
    for (Heads.Member member : members) {
      double weight = Math.exp(best - member.loss());
      double[] p = Softmax.probabilities(features, add(population, member.delta()));
      for (int c = 0; c < belief.length; c++) {
        belief[c] += weight * p[c];
      }
      total += weight;
    }
    scale(belief, 1 / total);
    return belief;
  }

  private static void scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  private static double[] add(double[] a, float[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }
}
