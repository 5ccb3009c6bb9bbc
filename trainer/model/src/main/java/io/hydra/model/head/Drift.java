package io.hydra.model.head;

/**
 * A lasting change of a user's behaviour, to be told to people: a one-sided CUSUM (Page, 1954) of
 * the log losses of what the user was believed to do, above what was to be expected of each, every
 * loss cut at {@value #MOST} nats so that one surprise alone is none. {@link Surprise} reacts to
 * less, within an item or two: to forget somewhat faster in vain costs little, to tell in vain
 * costs belief.
 *
 * <p>The expected loss is the lesser of two: what is usual for this user, and what the belief
 * expects of itself, Σ b · min({@value #MOST}, −ln b), as far as it was right about this user so
 * far. The first finds a turn of users who are mostly as believed; only the second can where belief
 * is vague, since there a loss is nothing unusual. A user who acts by chance is never as believed,
 * and has not turned.
 *
 * <p>Of the constants under which none of many groups of users who did not turn, simulated and of
 * training, had more than one false alarm in 500 examples, these found most turns of training users
 * into each other; {@code evaluate --streaming} says what they find.
 */
final class Drift {
  private static final double MOST = 3;
  private static final double LONG = 0.95;

  /** In nats: a loss so far above the expected one is not counted. */
  private static final double SLACK = 0.9;

  /** In nats: so much of the rest alarms. */
  private static final double ALARM = 4.5;

  /** Before so many losses there is no usual one. */
  private static final int FEWEST = 12;

  /** A belief is taken to be right about a user as if it had been for so many examples. */
  private static final int RIGHT = 5;

  /** Examples for which a change is recent. */
  private static final int RECENT = 10;

  /** Decayed, as are the other sums: cut losses, what beliefs expected of them, and examples. */
  private double losses;

  private double expected;
  private double weight;
  private double excess;
  private int count;
  private int since = RECENT;

  /**
   * @param chances of all that the user could have done, by the belief before
   * @return true if this loss has raised the alarm; what is usual is then learned anew
   */
  boolean add(double loss, double[] chances) {
    double cut = Math.min(MOST, loss);
    double own = 0;
    for (double chance : chances) {
      own += chance > 0 ? chance * Math.min(MOST, -Math.log(chance)) : 0;
    }
    since++;
    if (count >= FEWEST) {
      double wrong = Math.max(0, (losses - expected) / (weight + RIGHT));
      excess = Math.max(0, excess + cut - Math.min(losses / weight, own + wrong) - SLACK);
    }
    if (excess > ALARM) {
      losses = 0;
      expected = 0;
      weight = 0;
      excess = 0;
      count = 0;
      since = 0;
      return true;
    }
    losses = LONG * losses + cut;
    expected = LONG * expected + own;
    weight = LONG * weight + 1;
    count++;
    return false;
  }

  /** Tells whether the latest alarm is among the last few losses. */
  boolean isRecent() {
    return since < RECENT;
  }
}
