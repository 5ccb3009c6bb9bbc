package io.hydra.model.head;

import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.ArrayList;
import java.util.List;

/**
 * Fits a user's own part from a bounded replay of their own examples: a pure function of the
 * examples, so a repeated or replayed update gives the same bytes.
 *
 * <p>One pass asks each example before it is learned: every strength predicts it with the δ that
 * one Newton step from zero gives on the examples before (after the first few, on all but the
 * latest three of them), which costs one small Cholesky solve, since the curvature around zero is
 * the same for all strengths and grows example by example. The log losses of that pass weigh the
 * members. The final δ then takes a second step over the whole replay, which matters under weak
 * priors.
 */
public final class HeadFitter {
  /** So many examples are each learned before the next is asked; later ones in small groups. */
  private static final int EACH = 8;

  private static final int EVERY = 4;

  private HeadFitter() {}

  /**
   * @param examples oldest first; the newest {@link FitSettings#replay} are used
   */
  public static Mixture fit(List<Example> examples, FitSettings settings) {
    List<Example> replay =
        examples.subList(Math.max(0, examples.size() - settings.replay()), examples.size());
    if (replay.isEmpty()) {
      return Mixture.NONE;
    }
    int size = replay.get(0).features()[0].length;
    int strengths = settings.precisions().size();
    double[][] deltas = new double[strengths][size];
    double[] losses = new double[strengths];
    double populationLoss = 0;
    double[] zero = new double[size];
    Curvature curvature = new Curvature(size);
    int seen = 0;
    for (Example example : replay) {
      double[] p = Softmax.normalize(example.offset().clone());
      populationLoss = settings.lossDecay() * populationLoss + Softmax.logLoss(example.target(), p);
      curvature.fade(settings.decay());
      for (int s = 0; s < strengths; s++) {
        double[] own = Softmax.probabilities(example, deltas[s]);
        losses[s] = settings.lossDecay() * losses[s] + Softmax.logLoss(example.target(), own);
      }
      curvature.add(example, p, 1);
      seen++;
      if (seen <= EACH || seen % EVERY == 0) {
        for (int s = 0; s < strengths; s++) {
          deltas[s] = curvature.step(settings.precisions().get(s), zero);
        }
      }
    }
    double[] weights = decayed(replay.size(), settings.decay());
    List<Member> members = new ArrayList<>(strengths);
    for (int s = 0; s < strengths; s++) {
      double precision = settings.precisions().get(s);
      double[] delta = ConditionalLogit.fit(replay, weights, precision, deltas[s], 1);
      members.add(new Member((float) precision, (float) losses[s], rounded(delta)));
    }
    return new Mixture(replay.size(), (float) populationLoss, members);
  }

  private static float[] rounded(double[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) values[i];
    }
    return rounded;
  }

  private static double[] decayed(int count, double decay) {
    double[] weights = new double[count];
    double weight = 1;
    for (int e = count - 1; e >= 0; e--) {
      weights[e] = weight;
      weight *= decay;
    }
    return weights;
  }

  /**
   * The settings by which a user's own part is fitted.
   *
   * @param precisions of the priors that δ is fitted under; δ = 0 takes part as well
   * @param replay newest examples that are used
   * @param decay an example's weight falls by this factor with each newer one
   * @param lossDecay log losses fall by this factor with each newer example
   */
  public record FitSettings(List<Double> precisions, int replay, double decay, double lossDecay) {
    public static final FitSettings DEFAULT =
        new FitSettings(List.of(10.0, 30.0, 300.0), 64, 0.98, 0.97);

    public FitSettings {
      precisions = List.copyOf(precisions);
    }

    /** The same without forgetting inside the replay: for comparison. */
    public FitSettings withoutForgetting() {
      return new FitSettings(precisions, replay, 1, 1);
    }
  }
}
