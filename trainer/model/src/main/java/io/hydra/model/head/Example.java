package io.hydra.model.head;

/**
 * One query with its candidates and what the user thought of them.
 *
 * @param features z, candidates × features
 * @param offset the candidates' scores before δ has a say: z · w, one per candidate
 * @param target the user's belief over the candidates, summing to 1; empty if one was rejected
 * @param rejected the candidate that the user does not want; -1 if there is a target
 * @param weight its weight in the fit, 1 for something the user wrote unasked
 * @param origin the source of what is known of the user's opinion
 * @param plain null where the LLM was not asked
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Example(
    double[][] features,
    double[] offset,
    double[] target,
    int rejected,
    double weight,
    Origin origin,
    Plain plain) {
  /** The ways in which a user says what they think. */
  public enum Origin {
    /** In words or a label of their own. */
    WRITTEN,
    /** By a yes or no to the answer that they were given. */
    ANSWER,
    /** By choosing one of the candidates. */
    CHOICE
  }

  /** Plain sampling of the same query. */
  public interface Plain {
    /** The share of the LLM's samples that said each candidate. */
    double[] shares();

    /**
     * The quality, for this user, of the answer that a belief leads to, less that of plain
     * sampling's: −1 to 1.
     *
     * @param belief one per candidate; it also decides between equals of plain sampling
     */
    double gain(double[] belief);
  }

  private static final int NONE = -1;
  private static final double SMALLEST = 1e-12;

  public Example {
    boolean judged = rejected == NONE ? target.length == features.length : target.length == 0;
    if (features.length == 0 || features.length != offset.length || !judged) {
      throw new IllegalArgumentException(
          "an example needs one target and one offset per candidate, and candidates");
    }
    if (rejected != NONE && (rejected < 0 || rejected >= features.length || features.length < 2)) {
      throw new IllegalArgumentException(
          "a rejected candidate must be one of at least two, not %d of %d"
              .formatted(rejected, features.length));
    }
  }

  /** An example with a target, of weight 1. */
  public Example(double[][] features, double[] offset, double[] target) {
    this(features, offset, target, NONE, 1, Origin.WRITTEN, null);
  }

  /** An example whose offset is that of the population head, {@code population} its weights. */
  public static Example of(double[][] features, double[] population, double[] target) {
    return new Example(features, Softmax.scores(features, population), target);
  }

  /** The same where all that is known is what the user does not want. */
  public static Example ofRejection(double[][] features, double[] population, int rejected) {
    double[] offset = Softmax.scores(features, population);
    return new Example(features, offset, new double[0], rejected, 1, Origin.ANSWER, null);
  }

  /** The same where it is a verdict that says so. */
  public Example asVerdict(double newWeight, Origin newOrigin) {
    return new Example(features, offset, target, rejected, newWeight, newOrigin, plain);
  }

  /** The same where the LLM was asked. */
  public Example withPlain(Plain newPlain) {
    return new Example(features, offset, target, rejected, weight, origin, newPlain);
  }

  /** The same where the candidates score otherwise before δ has a say. */
  Example withOffset(double[] newOffset) {
    return new Example(features, newOffset, target, rejected, weight, origin, plain);
  }

  boolean isRejection() {
    return rejected != NONE;
  }

  /**
   * The log loss, in nats, of whoever believed {@code p}: the target's cross-entropy, or of a
   * rejection −log(1 − p_rejected).
   */
  double logLoss(double[] p) {
    return isRejection() ? -Math.log(Math.max(rest(p), SMALLEST)) : Softmax.logLoss(target, p);
  }

  /**
   * The target for whoever believed {@code p} before. After a rejection that is their own belief in
   * the rest, p_c / (1 − p_rejected): with it, the cross-entropy has the slope of −log(1 −
   * p_rejected) and lies nowhere below it, so that going down the one goes down the other (the E
   * step of Dempster, Laird and Rubin, 1977, the wanted candidate being what is not known).
   */
  double[] targetUnder(double[] p) {
    if (!isRejection()) {
      return target;
    }
    double rest = rest(p);
    double[] belief = new double[p.length];
    for (int c = 0; c < p.length; c++) {
      belief[c] = rest > SMALLEST ? p[c] / rest : 1.0 / (p.length - 1);
    }
    belief[rejected] = 0;
    return belief;
  }

  /** The chances, for whoever believed {@code p}, of each candidate, or of a yes and a no. */
  double[] chances(double[] p) {
    if (origin != Origin.ANSWER) {
      return p;
    }
    double rest = isRejection() ? rest(p) : 0;
    for (int c = 0; c < target.length; c++) {
      rest += (1 - target[c]) * p[c];
    }
    return new double[] {rest, 1 - rest};
  }

  private double rest(double[] p) {
    double rest = 0;
    for (int c = 0; c < p.length; c++) {
      rest += c == rejected ? 0 : p[c];
    }
    return rest;
  }
}
