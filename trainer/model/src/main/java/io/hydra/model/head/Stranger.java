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
  private final Curvature curvature;
  private double[] delta;

  /**
   * @param population w, the population head's weights
   */
  Stranger(double[] population) {
    this.population = population.clone();
    this.zero = new double[population.length];
    this.curvature = new Curvature(population.length);
    this.delta = zero;
  }

  /** The belief over an example's candidates, before it is learned. */
  double[] belief(Example example) {
    return Softmax.probabilities(unbiased(example), delta);
  }

  /**
   * Learns an example.
   *
   * @param belief as it was before
   * @param fade of what was learned before
   */
  void learn(Example example, double[] belief, double fade) {
    Example alone = unbiased(example);
    curvature.fade(fade);
    curvature.add(
        alone, alone.targetUnder(belief), Softmax.probabilities(alone, zero), alone.weight());
    delta = curvature.step(PRECISION, zero);
  }

  /** δ, to be added to w as any other, after some more steps over all examples. */
  double[] fitted(List<Example> examples, double[] weights, int steps) {
    List<Example> alone = new ArrayList<>(examples.size());
    examples.forEach(example -> alone.add(unbiased(example)));
    double[] fitted = ConditionalLogit.fit(alone, weights, PRECISION, delta, steps);
    for (int i = 0; i < fitted.length; i++) {
      fitted[i] -= population[i];
    }
    return fitted;
  }

  /** The same example without what the population scores. */
  private Example unbiased(Example example) {
    double[] offset = Softmax.scores(example.features(), population);
    for (int c = 0; c < offset.length; c++) {
      offset[c] = example.offset()[c] - offset[c];
    }
    return example.withOffset(offset);
  }
}
