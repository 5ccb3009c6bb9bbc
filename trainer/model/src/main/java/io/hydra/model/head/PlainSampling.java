package io.hydra.model.head;

import java.util.ArrayList;
import java.util.List;

/**
 * The opinion that a user wants what the LLM's samples say, as often as they have deserved it, and
 * otherwise any candidate: trust · share + (1 − trust) / candidates. It knows nothing of the user's
 * history, so it is better than the user's mixture only for one to whom personalization is worth
 * nothing. It is not mixed in, since it would only make other users' beliefs vaguer: it has the
 * answer, or it has none.
 *
 * <p>It has the answer if, after the first few examples, it has predicted the user better than the
 * mixture, by as much as a member must to outweigh the population, and if the mixture's answers
 * have not been better than plain sampling's either, by a standard error ({@link
 * Example.Plain#gain}, of the answers that would have been served). The second is for a user whose
 * taste the population does not share: the mixture is then more wrong at first than who admits to
 * know nothing, and yet on its way. All opinions are asked for every such example, whoever was
 * served, so that nobody has to be served anything to find the way back.
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

  private final List<Judged> judged = new ArrayList<>();
  private double foreseen = 1;
  private double seen = 2;

  /** Decayed: the mixture's log losses less these. */
  private double lead;

  /** An example that says what both answers were worth, with the mixture's belief before. */
  private record Judged(Example example, double[] mixed, double fade) {}

  /** Tells whether an example says what plain sampling would have been worth. */
  private static boolean isJudgedBy(Example example) {
    return example.plain() != null && example.origin() != Example.Origin.ANSWER;
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
    double[] shares = example.plain().shares();
    double[] target = example.target();
    double weight = example.weight();
    double trust = trust();
    double[] belief = new double[shares.length];
    double bySample = 0;
    for (int c = 0; c < belief.length; c++) {
      belief[c] = trust * shares[c] + (1 - trust) / belief.length;
      bySample += target[c] * trust * shares[c] / belief[c];
    }
    lead = fade * lead + weight * (example.logLoss(mixed) - example.logLoss(belief));
    foreseen = 1 + fade * (foreseen - 1) + weight * bySample;
    seen = 2 + fade * (seen - 2) + weight;
    judged.add(new Judged(example, mixed, fade));
  }

  double trust() {
    return foreseen / seen;
  }

  /** Tells whether its answer is to be served. */
  boolean hasTheAnswer() {
    return judged.size() >= FEWEST && lead > LEAD && !isMixtureBetter();
  }

  /** Asked last, since of open text it costs the comparison of all samples. */
  private boolean isMixtureBetter() {
    double gains = 0;
    double squares = 0;
    for (Judged one : judged) {
      double gain = one.example.plain().gain(one.mixed);
      gains = one.fade * gains + one.example.weight() * gain;
      squares = one.fade * squares + one.example.weight() * gain * gain;
    }
    return gains > Math.sqrt(squares);
  }
}
