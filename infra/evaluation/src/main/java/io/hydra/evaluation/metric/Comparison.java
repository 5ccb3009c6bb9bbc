package io.hydra.evaluation.metric;

import java.util.List;
import java.util.Map;

/**
 * Every method's quality on the same questions.
 *
 * @param pooled by method and measure: over all questions alike
 * @param byUser by method and measure: the mean over users, for the measures that have one
 */
public record Comparison(
    int questions,
    int users,
    List<Measure> measures,
    Map<String, Map<String, Distribution>> pooled,
    Map<String, Map<String, Distribution>> byUser) {
  /**
   * With fewer users a bootstrap is far too sure of itself, so nothing is called certain. (Of five
   * users who all do a little better, every resample does too.)
   */
  public static final int FEWEST_USERS = 10;

  /** Tells whether a difference is distinguishable from none. */
  public boolean certain(Distribution difference) {
    return users >= FEWEST_USERS && difference.interval().excludesZero();
  }
}
