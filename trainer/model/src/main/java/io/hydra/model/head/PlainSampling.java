package io.hydra.model.head;

/**
 * The opinion that a user wants what the LLM's samples say, as often as they have deserved it, and
 * otherwise any candidate: trust · share + (1 − trust) / candidates. It knows nothing of the user's
 * history, so it is better than the user's mixture only for one to whom personalization is worth
 * nothing. It is not mixed in, since it would only make other users' beliefs vaguer: it has the
 * answer, or it has none.
 *
 * <p>It has the answer if, after the first few examples, it has predicted the user better than the
 * mixture, by as much as a member must to outweigh the population, and if the candidate that the
 * mixture believes most has not been better than the one sampled most either, by a standard error.
 * The second is for a user whose taste the population does not share: the mixture is then more
 * wrong at first than who admits to know nothing, and yet on its way. All opinions are asked for
 * every such example, whoever was served, so that nobody has to be served anything to find the way
 * back.
 *
 * <p>These two candidates stand for the answers, and are not always what is served: plain
 * sampling's answer is the median of ordered options, and of texts the one that agrees most with
 * all ({@link io.hydra.model.base.PlainAnswer}); the mixture's follows the task's metric. Nor does
 * the distance between ordered options count here.
 *
 * <p>Trust is the mean of Beta(1, 1) after the user's examples, older ones decayed, each counting
 * as far as it was a sample that foresaw it, by the belief before (online EM of the two-part
 * mixture). What a user says of the answer alone, yes or no, is not counted, as in the gain of a
 * choice: it speaks of what was chosen, and not of what would have been.
 */
final class PlainSampling {
  /** In nats. */
  private static final double LEAD = Math.log(HeadMixture.POPULATION_ODDS);

  /** On simulated users of the training data, whoever has a taste of their own needed as many. */
  private static final int FEWEST = 10;

  private int judged;
  private double foreseen = 1;
  private double seen = 2;

  /** Decayed: the mixture's log losses less these; gains of its choice, and their squares. */
  private double lead;

  private double gain;
  private double squares;

  /** Tells whether an example says what plain sampling would have been worth. */
  private static boolean isJudgedBy(Example example) {
    return example.shares() != null && example.origin() != Example.Origin.ANSWER;
  }

  /**
   * Learns from an example, if it says anything.
   *
   * @param mixed the mixture's belief before
   * @param fade of what was learned so far
   */
  void add(Example example, double[] mixed, double fade) {
    if (!isJudgedBy(example)) {
      return;
    }
    double[] shares = example.shares();
    double[] target = example.target();
    double weight = example.weight();
    double trust = trust();
    double[] belief = new double[shares.length];
    double bySample = 0;
    for (int c = 0; c < belief.length; c++) {
      belief[c] = trust * shares[c] + (1 - trust) / belief.length;
      bySample += target[c] * trust * shares[c] / belief[c];
    }
    double better = target[best(mixed, mixed)] - target[best(shares, mixed)];
    lead = fade * lead + weight * (example.logLoss(mixed) - example.logLoss(belief));
    gain = fade * gain + weight * better;
    squares = fade * squares + weight * better * better;
    foreseen = 1 + fade * (foreseen - 1) + weight * bySample;
    seen = 2 + fade * (seen - 2) + weight;
    judged++;
  }

  double trust() {
    return foreseen / seen;
  }

  /** Tells whether its answer is to be served. */
  boolean hasTheAnswer() {
    return judged >= FEWEST && lead > LEAD && gain <= Math.sqrt(squares);
  }

  private static int best(double[] values, double[] amongEqual) {
    int best = 0;
    for (int c = 1; c < values.length; c++) {
      boolean isBetter =
          values[c] > values[best] || values[c] == values[best] && amongEqual[c] > amongEqual[best];
      best = isBetter ? c : best;
    }
    return best;
  }
}
