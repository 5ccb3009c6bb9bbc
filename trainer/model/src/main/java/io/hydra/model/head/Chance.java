package io.hydra.model.head;

/**
 * The possibility that a user's verdicts on answers are chance, and say nothing of what they want.
 * Then the population is right about the user, although it predicts the verdicts badly; without
 * this, heads that spread their belief until every answer is as likely accepted as not would win,
 * and serve at random.
 *
 * <p>Chance accepts as often as this user did so far, (a + 1) / (n + 2), whatever was shown, but in
 * no less than half of the cases: who rejects more than that is not served by the population,
 * chance or not. All else it predicts as the population does. With L the population's decayed loss
 * and L' that of chance, the population counts with −log(½ e^−L + ½ e^−L').
 */
final class Chance {
  /** Of belief that verdicts are chance, before there are any. */
  private static final double SHARE = 0.5;

  private final double decay;
  private double accepted;
  private double rejected;
  private double loss;

  /**
   * @param decay earlier verdicts count less by this factor with each newer one
   */
  Chance(double decay) {
    this.decay = decay;
  }

  /**
   * @param population the population's loss of this example
   * @param fade of the losses so far
   */
  void add(Example example, double population, double fade) {
    if (example.origin() != Example.Origin.ANSWER) {
      loss = fade * loss + example.weight() * population;
      return;
    }
    double p = Math.max(0.5, (accepted + 1) / (accepted + rejected + 2));
    loss = fade * loss - example.weight() * Math.log(example.isRejection() ? 1 - p : p);
    accepted = decay * accepted + (example.isRejection() ? 0 : 1);
    rejected = decay * rejected + (example.isRejection() ? 1 : 0);
  }

  /**
   * The decayed loss of the population, be its user honest or not.
   *
   * @param honest its loss if they are
   */
  double orHonest(double honest) {
    double best = Math.min(honest, loss);
    return best - Math.log((1 - SHARE) * Math.exp(best - honest) + SHARE * Math.exp(best - loss));
  }
}
