package io.hydra.model.head;

/**
 * A turn of a user who judges answers: they accept what they were believed to want no more. Then
 * what they said before is no longer evidence of what they want, and the fit starts over at the
 * first verdict that spoke for the turn. {@link Surprise} alone would let older evidence fade so
 * slowly that a user of a taste of their own is not served the next one within fifty verdicts.
 *
 * <p>A CUSUM (Page, 1954) of the log likelihood ratio of each verdict, yes or no: that the user
 * accepts {@value #LEFT} times as often as believed, against as often as believed. Believed is the
 * belief in the answer, as far as beliefs were right about this user so far: neither a user whom
 * the population has never served well has turned, nor one who judges by chance. A verdict of less
 * weight than 1, such as a rating near the middle, counts as that part of one, which makes false
 * alarms rarer and no likelier: a ratio to a power below 1 has no greater mean (Jensen).
 */
final class Turn {
  private static final double LEFT = 0.25;

  /** In nats: where beliefs are right, 500 verdicts lie between two alarms (Lorden, 1971). */
  private static final double ALARM = Math.log(500);

  private static final double LONG = 0.95;

  /** Before so many verdicts beliefs are not known to be right. */
  private static final int FEWEST = 12;

  /** A belief is taken to be right about a user as if it had been for so many accepted answers. */
  private static final int RIGHT = 2;

  /** One verdict in twenty may be a slip, however sure the belief. */
  private static final double SUREST = 0.95;

  /** Decayed: answers accepted, and believed to be. */
  private double accepted;

  private double believed;
  private double excess;
  private int count;
  private int begin;
  private boolean isFound;

  /**
   * @param belief over the candidates, before the verdict
   * @param place of the example among the examples of the fit
   */
  void add(Example example, double[] belief, int place) {
    if (isFound || example.origin() != Example.Origin.ANSWER) {
      return;
    }
    double yes = example.chances(belief)[1];
    double part = Math.min(1, example.weight());
    if (count >= FEWEST) {
      double right = Math.min(1, (accepted + RIGHT) / (believed + RIGHT));
      double chance = Math.min(SUREST, yes * right);
      begin = excess > 0 ? begin : place;
      double ratio = example.isRejection() ? (1 - LEFT * chance) / (1 - chance) : LEFT;
      excess = Math.max(0, excess + part * Math.log(ratio));
      isFound = excess > ALARM;
    }
    accepted = LONG * accepted + (example.isRejection() ? 0 : part);
    believed = LONG * believed + part * yes;
    count++;
  }

  /** The place of the first verdict that spoke for the first turn; 0 if there was none. */
  int begin() {
    return isFound ? begin : 0;
  }
}
