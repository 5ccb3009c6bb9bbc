package io.hydra.model.head;

import java.util.ArrayList;
import java.util.List;

/**
 * A user's own part if the population knows nothing of the user: its prior lies not around zero but
 * around −w, so that all candidates are alike until verdicts tell them apart. A prior around zero
 * gives up a favourite of the population's only to take the next; this one, served, goes through
 * the candidates until one is accepted, since each rejection puts one below the rest.
 *
 * <p>Its precision is 1: of fifteen labels, a user who wants one of them four times in five scores
 * it four above the others, which is a variance of one.
 */
final class Stranger {
  static final double PRECISION = 1;

  /** In nats: few users are strangers, so it begins with half of another member's weight. */
  static final double HANDICAP = Math.log(2);

  private final double[] population;
  private final double[] zero;
  private final int dense;
  private final Curvature curvature;

  /** The examples asked for, without the population's scores, in the same order. */
  private final List<Example> alone = new ArrayList<>();

  private double[] delta;

  /**
   * @param population w, the population head's weights
   * @param dense as {@link Curvature#dense(List)} counts
   */
  Stranger(double[] population, int dense) {
    this.population = population;
    this.zero = new double[population.length];
    this.dense = dense;
    this.curvature = new Curvature(population.length, dense);
    this.delta = zero;
  }

  /** The belief over the next example's candidates. */
  double[] ask(Example example) {
    double[] offset = example.offset().clone();
    double[] scores = Softmax.scores(example.features(), population);
    for (int c = 0; c < offset.length; c++) {
      offset[c] -= scores[c];
    }
    Example asked = example.withOffset(offset);
    alone.add(asked);
    return Softmax.probabilities(asked, delta);
  }

  /**
   * Learns the example that was asked for.
   *
   * @param belief as it was before
   * @param fade of what was learned before
   */
  void learn(double[] belief, double fade) {
    Example example = alone.get(alone.size() - 1);
    double[] p = Softmax.normalize(example.offset().clone());
    curvature.fade(fade);
    curvature.add(example, example.targetUnder(belief), p, example.weight());
    delta = curvature.step(PRECISION, zero);
  }

  /** δ, to be added to w as any other, after some more steps over all examples. */
  double[] fitted(double[] weights, int steps) {
    double[] fitted = ConditionalLogit.fit(alone, dense, weights, PRECISION, delta, steps);
    for (int i = 0; i < fitted.length; i++) {
      fitted[i] -= population[i];
    }
    return fitted;
  }
}
