package io.hydra.model.head;

/**
 * A shift of behaviour, seen from the log losses of what a user was believed to do, each before it
 * was done: it lasts while the mean of the latest few, Σ 0.7ⁱ lossᵢ / Σ 0.7ⁱ, lies by {@value
 * #JUMP} nats above that of the last dozens, the same with 0.95.
 */
final class Surprise {
  private static final double SHORT = 0.7;
  private static final double LONG = 0.95;

  /** Before so many losses there is no usual one. */
  private static final int FEWEST = 12;

  /** In nats. */
  private static final double JUMP = 0.8;

  private double latest;
  private double latestWeight;
  private double usual;
  private double usualWeight;
  private int count;

  /**
   * @return true while the user's behaviour is not what it was
   */
  boolean add(double loss) {
    latest = SHORT * latest + loss;
    latestWeight = SHORT * latestWeight + 1;
    boolean shifted = count >= FEWEST && latest / latestWeight > usual / usualWeight + JUMP;
    usual = LONG * usual + loss;
    usualWeight = LONG * usualWeight + 1;
    count++;
    return shifted;
  }
}
