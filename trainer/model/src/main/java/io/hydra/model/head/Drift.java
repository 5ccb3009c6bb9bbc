package io.hydra.model.head;

/**
 * A lasting change of a user's behaviour, to be told to people: a one-sided CUSUM (Page, 1954) of
 * the log losses of what the user was believed to do, above what is usual for them, each loss cut
 * at {@value #MOST} nats so that one surprise alone is none. {@link Surprise} reacts to less,
 * within an item or two: to forget somewhat faster in vain costs little, to tell in vain costs
 * belief.
 *
 * <p>Of simulated users who do not change, .3 in 500 items are told of; of those who do, 19 in 20
 * are within ten items: its test computes both.
 */
final class Drift {
  private static final double MOST = 3;
  private static final double LONG = 0.95;

  /** In nats: a loss so far above the usual one is not counted, and so much of the rest alarms. */
  private static final double SLACK = 0.6;

  private static final double ALARM = 6;

  /** Before so many losses there is no usual one. */
  private static final int FEWEST = 12;

  /** Examples for which a change is recent. */
  private static final int RECENT = 10;

  private double usual;
  private double weight;
  private double excess;
  private int count;
  private int since = RECENT;

  /**
   * @return true if this loss has raised the alarm; what is usual is then learned anew
   */
  boolean add(double loss) {
    double cut = Math.min(MOST, loss);
    since++;
    excess = count < FEWEST ? 0 : Math.max(0, excess + cut - usual / weight - SLACK);
    if (excess > ALARM) {
      usual = 0;
      weight = 0;
      excess = 0;
      count = 0;
      since = 0;
      return true;
    }
    usual = LONG * usual + cut;
    weight = LONG * weight + 1;
    count++;
    return false;
  }

  /** Tells whether the latest alarm is among the last few losses. */
  boolean isRecent() {
    return since < RECENT;
  }
}
