package io.hydra.model.head;

/**
 * The possibility that a user's verdicts on answers are chance, and say nothing of what they want.
 * Then the population is right about the user, although it predicts the verdicts badly; without
 * this, heads that spread their belief until every answer is as likely accepted as not would win,
 * and serve at random.
 *
 * <p>Chance accepts every other answer, whatever was shown: one that accepted as often as this user
 * did would explain whoever is served well, and take from them what they are served. All else it
 * predicts as the population does. With L the population's decayed loss and L' that of chance, the
 * population counts with −log(e^−L + e^−L'): once a user judges answers, chance is as likely as an
 * honest user of the population's taste.
 */
final class Chance {
  private double loss;
  private boolean isPossible;

  /**
   * @param population the population's loss of this example
   * @param fade of the losses so far
   */
  void add(Example example, double population, double fade) {
    boolean isVerdict = example.origin() == Example.Origin.ANSWER;
    isPossible |= isVerdict;
    loss = fade * loss + example.weight() * (isVerdict ? Math.log(2) : population);
  }

  /**
   * The decayed loss of the population, be its user honest or not.
   *
   * @param honest its loss if they are
   */
  double orHonest(double honest) {
    double best = Math.min(honest, loss);
    return isPossible ? best - Math.log(Math.exp(best - honest) + Math.exp(best - loss)) : honest;
  }

  /**
   * The share of chance in the belief that the population is right.
   *
   * @param honest the population's loss if its user is honest
   */
  double share(double honest) {
    return isPossible ? Math.exp(orHonest(honest) - loss) : 0;
  }
}
