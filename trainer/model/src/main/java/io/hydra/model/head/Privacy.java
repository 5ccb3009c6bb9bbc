package io.hydra.model.head;

import io.hydra.model.head.HeadMixture.Weights;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.random.RandomGenerator;

/**
 * Differential privacy of heads that leave the house, by the Gaussian mechanism: the user's δ is
 * clipped to a length, and every weight gets noise. The clipped δ of any two histories lie no
 * further apart than Δ, twice that length. So what is promised is of the whole history, and of each
 * event in it: nobody can tell from what was released whether it was there, but for ε.
 *
 * <p>It is counted in ρ of zero-concentrated differential privacy (Bun and Steinke, 2016): noise of
 * deviation σ costs ρ = Δ²/2σ² (proposition 1.6), releases add up, also where a later one depends
 * on what an earlier one said (lemma 2.3), and together they are (ρ + 2√(ρ ln 1/δ), δ)-private
 * (proposition 1.3), this δ being {@value #FAILURE}.
 *
 * @param rho of one release, above 0; infinite for no noise
 */
public record Privacy(double rho) {
  /** δ is clipped to this length; of 1/4, 1/2, 1 and 4 the best on training users. */
  public static final double LENGTH = 1;

  /** The chance that ε does not bound. */
  public static final double FAILURE = 1e-5;

  /** Noise is cut to this part of its deviation: its last bits tell of what it was added to. */
  private static final int GRAINS = 1024;

  private static final double SURPRISE = Math.log(1 / FAILURE);

  /**
   * The ρ that all releases together may cost for ε.
   *
   * @throws IllegalArgumentException unless ε is above 0 and finite
   */
  public static double rho(double epsilon) {
    if (!(epsilon > 0 && Double.isFinite(epsilon))) {
      throw new IllegalArgumentException("epsilon must be a number above 0");
    }
    double root = Math.sqrt(SURPRISE + epsilon) - Math.sqrt(SURPRISE);
    return root * root;
  }

  /** The ε of releases that cost ρ together. */
  public static double epsilon(double rho) {
    return rho + 2 * Math.sqrt(rho * SURPRISE);
  }

  /** The deviation of the noise; 0 for none. */
  public double deviation() {
    return 2 * LENGTH / Math.sqrt(2 * rho);
  }

  /** The one δ that a user's members come to, by their shares of the mixture, clipped. */
  public static double[] clipped(Mixture own, int features) {
    double[] delta = new double[features];
    Weights weights = HeadMixture.weights(own, features);
    double squares = 0;
    for (int i = 0; i < features; i++) {
      for (int m = 0; m < weights.members().size(); m++) {
        delta[i] += weights.members().get(m) * own.members().get(m).delta()[i];
      }
      squares += delta[i] * delta[i];
    }
    double factor = Math.min(1, LENGTH / Math.sqrt(squares));
    for (int i = 0; i < features; i++) {
      delta[i] *= factor;
    }
    return delta;
  }

  /**
   * The release of a clipped δ.
   *
   * @param random must not be guessed by who sees the release
   */
  public double[] addNoise(double[] clipped, RandomGenerator random) {
    double[] noisy = clipped.clone();
    double grain = deviation() / GRAINS;
    for (int i = 0; grain > 0 && i < noisy.length; i++) {
      noisy[i] = grain * Math.rint((noisy[i] + deviation() * random.nextGaussian()) / grain);
    }
    return noisy;
  }

  /**
   * The best estimate of δ from its release by one who knows only that δ is no longer than {@link
   * #LENGTH} (Wiener's factor; what is computed of a release costs nothing).
   */
  public double[] shrink(double[] released) {
    double noise = released.length * deviation() * deviation();
    double factor = LENGTH * LENGTH / (LENGTH * LENGTH + noise);
    double[] guess = released.clone();
    for (int i = 0; i < guess.length; i++) {
      guess[i] *= factor;
    }
    return guess;
  }
}
