package io.hydra.model;

import io.hydra.model.base.WorthOfAsking;
import java.util.SplittableRandom;

/**
 * Decides for one user's questions of one closed task whether the LLM must be asked. It need not
 * where the head is so certain that asking is known to save next to nothing, from what it saved the
 * population and, since some such questions are asked all the same, this user. And it must where
 * the head has lately been wrong about this user more often than it thought: then its certainty
 * says nothing. Not thread-safe.
 */
public final class AskingRule {
  private final Settings settings;
  private final SplittableRandom random;
  private WorthOfAsking worth;
  private double wrong;
  private double expected;
  private double variance;

  public AskingRule(WorthOfAsking population, Settings settings, long seed) {
    this.worth = population;
    this.settings = settings;
    this.random = new SplittableRandom(seed);
  }

  /**
   * The price of saving calls.
   *
   * @param tolerance mean loss a question that may be the price, in the task's metric
   * @param explored share of the questions that need no call and are asked all the same
   * @param decay of a user's past answers with each newer one
   * @param surprise standard deviations by which the head may be wrong more often than it thought
   */
  public record Settings(double tolerance, double explored, double decay, double surprise) {
    public static final Settings DEFAULT = new Settings(0.01, 0.05, 0.95, 2);
  }

  /** Tells whether to ask. */
  public boolean asks(Certainty certainty) {
    boolean isUnsure =
        certainty.probability() < worth.enough(settings.tolerance()) || isSurprised();
    // Drawn each time, so that one decision does not shift the later ones.
    boolean explores = random.nextDouble() < settings.explored();
    return isUnsure || explores;
  }

  private boolean isSurprised() {
    return wrong - expected > 1 + settings.surprise() * Math.sqrt(variance);
  }

  /**
   * Learns from what the user wanted.
   *
   * @param certainty as it was when they asked
   * @param isRight whether its answer was what they wanted
   */
  public void learn(Certainty certainty, boolean isRight) {
    double p = certainty.probability();
    wrong = settings.decay() * wrong + (isRight ? 0 : 1);
    expected = settings.decay() * expected + 1 - p;
    variance = settings.decay() * variance + p * (1 - p);
  }

  /**
   * Learns from a question that was asked.
   *
   * @param saved loss that asking saved
   */
  public void compare(Certainty certainty, double saved) {
    worth = worth.plus(certainty.probability(), saved);
  }
}
