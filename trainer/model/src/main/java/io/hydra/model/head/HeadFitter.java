package io.hydra.model.head;

import io.hydra.schemas.redis.Heads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Fits a user's own part from a bounded replay of their own examples: a pure function of the
 * examples and the population, so a repeated or replayed update gives the same bytes.
 *
 * <p>The log losses that weigh the members come from predicting the examples in blocks, each with a
 * δ that has seen the earlier blocks alone.
 */
public final class HeadFitter {
  /** Precisions of the priors that δ is fitted under; δ = 0 takes part as well. */
  private static final double[] PRECISIONS = {10, 30, 300};

  /** Newest examples that are replayed. */
  public static final int REPLAY = 64;

  /** An example's weight falls by this factor with each newer one. */
  private static final double DECAY = 0.98;

  /** Log losses fall by this factor with each newer example. */
  private static final double LOSS_DECAY = 0.97;

  private static final int BLOCK = 8;

  private HeadFitter() {}

  /**
   * @param examples oldest first; the newest {@link #REPLAY} are used
   * @param population the population head's weights
   * @param mayMove the features whose weights δ may move
   * @param historyVersion version of the history that the examples come from
   */
  public static Heads fit(
      List<Example> examples, double[] population, IntPredicate mayMove, long historyVersion) {
    List<Example> replay = examples.subList(Math.max(0, examples.size() - REPLAY), examples.size());
    if (replay.isEmpty()) {
      return new Heads(historyVersion, 0, 0f, List.of());
    }
    double populationLoss = 0;
    for (Example example : replay) {
      double loss =
          Softmax.logLoss(example.target(), Softmax.probabilities(example.features(), population));
      populationLoss = LOSS_DECAY * populationLoss + loss;
    }
    List<Heads.Member> members = new ArrayList<>(PRECISIONS.length);
    for (double precision : PRECISIONS) {
      members.add(member(replay, population, mayMove, precision));
    }
    return new Heads(historyVersion, replay.size(), (float) populationLoss, members);
  }

  private static Heads.Member member(
      List<Example> replay, double[] population, IntPredicate mayMove, double precision) {
    double[] precisions = Precisions.where(population.length, precision, mayMove);
    double[] delta = new double[population.length];
    double loss = 0;
    for (int from = 0; from < replay.size(); from += BLOCK) {
      int to = Math.min(from + BLOCK, replay.size());
      double[] w = population.clone();
      for (int i = 0; i < w.length; i++) {
        w[i] += delta[i];
      }
      for (Example example : replay.subList(from, to)) {
        double[] p = Softmax.probabilities(example.features(), w);
        loss = LOSS_DECAY * loss + Softmax.logLoss(example.target(), p);
      }
      List<Example> seen = replay.subList(0, to);
      int steps = to == replay.size() ? 2 : 1;
      delta = ConditionalLogit.fit(seen, decayed(to), population, precisions, delta, steps);
    }
    float[] rounded = new float[delta.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) delta[i];
    }
    return new Heads.Member((float) precision, (float) loss, rounded);
  }

  private static double[] decayed(int count) {
    double[] weights = new double[count];
    Arrays.setAll(weights, i -> Math.pow(DECAY, count - 1 - i));
    return weights;
  }
}
