package io.hydra.schemas.redis;

import java.util.List;

/**
 * A user's own part of the model for one task and one base: one mixture for the adapter and one for
 * the reranker.
 *
 * @param historyVersion version of the history they were fitted on; 0 if it was empty
 * @param verdicts on responses that the adapter has learned from
 */
public record Heads(long historyVersion, int verdicts, Mixture adapter, Mixture reranker) {
  /** Nothing known of the user: exactly the population. */
  public static final Heads NONE = new Heads(0, 0, Mixture.NONE, Mixture.NONE);

  /** The same for a user who is served plain sampling's answer. */
  public Heads fallingBack() {
    return new Heads(
        historyVersion,
        verdicts,
        new Mixture(
            adapter.examples, adapter.populationLoss, adapter.members, true, adapter.shifted),
        reranker);
  }

  /**
   * δ under several prior strengths, each with the decayed log loss it has earned on this user's
   * past. δ = 0, the population itself, always takes part.
   *
   * @param examples the number of examples it has learned from
   * @param populationLoss decayed log loss of δ = 0
   * @param members the other strengths, strongest prior last
   * @param fallsBack true if all of them together have lately been worth less to the user than
   *     plain sampling, whose answer is served then
   * @param shifted true if the user's behaviour has turned within the last few examples
   */
  public record Mixture(
      int examples,
      float populationLoss,
      List<Member> members,
      boolean fallsBack,
      boolean shifted) {
    public static final Mixture NONE = new Mixture(0, 0f, List.of());

    public Mixture {
      members = List.copyOf(members);
    }

    /** A mixture that answers itself. */
    public Mixture(int examples, float populationLoss, List<Member> members) {
      this(examples, populationLoss, members, false, false);
    }
  }

  /**
   * δ under one prior.
   *
   * @param precision of the Gaussian prior around zero
   * @param loss decayed log loss on the user's past, each item asked before it was learned
   * @param delta added to the population's weights, one number per feature
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Member(float precision, float loss, float[] delta) {}
}
