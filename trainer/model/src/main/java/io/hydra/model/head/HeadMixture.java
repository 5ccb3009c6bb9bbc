package io.hydra.model.head;

import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
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
   * @return belief over the candidates; a mixture of another size than the head's, or with a number
   *     that is none, can only be damage, and counts as no mixture
   */
  public static double[] probabilities(double[][] features, double[] population, Mixture own) {
    double[] offset = Softmax.scores(features, population);
    double[] belief = Softmax.normalize(offset.clone());
    List<Member> members = own.members();
    if (members.isEmpty() || !isWhole(own, population.length)) {
      return belief;
    }
    double best = own.populationLoss();
    for (Member member : members) {
      best = Math.min(best, member.loss());
    }
    double total = POPULATION_ODDS * Math.exp(best - own.populationLoss());
    scale(belief, total);
    for (Member member : members) {
      double weight = Math.exp(best - member.loss());
      double[] p = withDelta(features, offset, member.delta());
      for (int c = 0; c < belief.length; c++) {
        belief[c] += weight * p[c];
      }
      total += weight;
    }
    scale(belief, 1 / total);
    return belief;
  }

  private static boolean isWhole(Mixture own, int size) {
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
