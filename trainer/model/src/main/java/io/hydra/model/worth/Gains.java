package io.hydra.model.worth;

import io.hydra.schemas.avro.AnswerGain;

/**
 * The mean of gains with bounds that hold at all times at once: whoever looks after every answer
 * and stops as soon as zero is outside is wrong in one stream of twenty at most.
 *
 * <p>The predictable plug-in empirical-Bernstein confidence sequence (Waudby-Smith and Ramdas,
 * Estimating means of bounded random variables by betting, 2023, theorem 2), of gains moved from
 * [−1, 1] to [0, 1]. It asks that each gain's mean, given those before, is the same; nothing of how
 * gains spread. Constant memory. Not thread-safe.
 */
public final class Gains {
  private static final double ERROR = 0.05;
  private static final double LOG = Math.log(2 / ERROR);
  private static final double LARGEST_BET = 0.5;

  private long answers;
  private long different;

  /** Σ x, and Σ (x − mean then)², of gains x in [0, 1]. */
  private double sum;

  private double squares;

  /** Σ λ, Σ λ x, and Σ v ψ(λ), by the paper's names. */
  private double bets;

  private double betSum;
  private double spread;

  /** Counts an answer's gain. */
  public void add(AnswerGain gain) {
    different += gain.getDiffers() ? 1 : 0;
    add(gain.getValue());
  }

  /**
   * @param value -1 to 1
   */
  void add(double value) {
    double x = (1 + value) / 2;
    double meanBefore = (0.5 + sum) / (1 + answers);
    double variance = (0.25 + squares) / (1 + answers);
    answers++;
    double bet =
        Math.min(LARGEST_BET, Math.sqrt(2 * LOG / (variance * answers * Math.log1p(answers))));
    sum += x;
    double mean = (0.5 + sum) / (1 + answers);
    squares += (x - mean) * (x - mean);
    bets += bet;
    betSum += bet * x;
    // v ψ(λ) = 4 (x − mean before)² · (−ln(1 − λ) − λ) / 4
    spread += (x - meanBefore) * (x - meanBefore) * (-Math.log1p(-bet) - bet);
  }

  /**
   * The fewest answers that show a mean gain to be more than 0.
   *
   * @param gain of each of them, above 0; if they differ it takes more
   */
  public static long fewestThatTell(double gain) {
    Gains gains = new Gains();
    while (gains.low() <= 0) {
      gains.add(gain);
    }
    return gains.answers();
  }

  public long answers() {
    return answers;
  }

  /** Answers that were not what plain sampling would have given. */
  public long different() {
    return different;
  }

  /** The mean gain; 0 without answers. */
  public double mean() {
    return answers == 0 ? 0 : 2 * sum / answers - 1;
  }

  /** The mean is at least this, with 95 % confidence together with {@link #high}; -1 at first. */
  public double low() {
    return answers == 0 ? -1 : Math.max(-1, 2 * (betSum - LOG - spread) / bets - 1);
  }

  /** The mean is at most this; 1 at first. */
  public double high() {
    return answers == 0 ? 1 : Math.min(1, 2 * (betSum + LOG + spread) / bets - 1);
  }
}
