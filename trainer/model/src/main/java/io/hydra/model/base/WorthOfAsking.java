package io.hydra.model.base;

import java.util.Arrays;

/**
 * The worth of the LLM's samples to a task's answers, by how certain the head was without them: how
 * much less was lost by asking, in the task's metric (shares of right answers, or steps between
 * ordered options). Immutable.
 *
 * @param asked questions, by certainty from 0 to 1 in equal parts
 * @param saved sums of the loss that asking saved; below 0 where it did harm
 * @param squares sums of its squares
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record WorthOfAsking(double[] asked, double[] saved, double[] squares) {
  private static final int PARTS = 20;

  /** One-sided, 95 %. */
  private static final double DEVIATIONS = 1.645;

  /** Added to the squares: a few questions without a difference do not show that there is none. */
  private static final double DOUBT = 1;

  /** Nothing is known. */
  public static final WorthOfAsking UNKNOWN =
      new WorthOfAsking(new double[PARTS], new double[PARTS], new double[PARTS]);

  public WorthOfAsking {
    if (asked.length != PARTS || saved.length != PARTS || squares.length != PARTS) {
      throw new IllegalArgumentException("needs %d parts".formatted(PARTS));
    }
  }

  /**
   * One question more.
   *
   * @param certainty of the head without samples, 0 to 1
   * @param loss that asking saved
   */
  public WorthOfAsking plus(double certainty, double loss) {
    double[] nowAsked = asked.clone();
    double[] nowSaved = saved.clone();
    double[] nowSquares = squares.clone();
    int part = part(certainty);
    nowAsked[part]++;
    nowSaved[part] += loss;
    nowSquares[part] += loss * loss;
    return new WorthOfAsking(nowAsked, nowSaved, nowSquares);
  }

  private static int part(double certainty) {
    return Math.max(0, Math.min(PARTS - 1, (int) (certainty * PARTS)));
  }

  /**
   * The least certainty from which on asking is known, with 95 % confidence, to save no more than a
   * tolerated loss a question. Above 1, which nothing is, if there is none.
   *
   * @param tolerance mean loss a question
   */
  public double enough(double tolerance) {
    double n = 0;
    double sum = 0;
    double square = DOUBT;
    int enough = PARTS + 1;
    for (int part = PARTS - 1; part >= 0; part--) {
      n += asked[part];
      sum += saved[part];
      square += squares[part];
      double mean = sum / n;
      double bound = mean + DEVIATIONS * Math.sqrt(Math.max(0, square / n - mean * mean) / n);
      // Of certainties that never occurred nothing is known.
      if (asked[part] > 0 && bound <= tolerance) {
        enough = part;
      }
    }
    return (double) enough / PARTS;
  }

  /** Questions in all. */
  public double total() {
    return Arrays.stream(asked).sum();
  }
}
