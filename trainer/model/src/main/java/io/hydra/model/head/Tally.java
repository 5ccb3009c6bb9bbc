package io.hydra.model.head;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A user's own part by what was said of each option, whatever the question: the user wants one of
 * them most of the time, and it may be any. Served, it goes through the options until one is
 * accepted.
 *
 * <p>With w_c and u_c the weights of the examples that say option c is wanted and is not, it
 * believes in c by (1/C + w_c) / (1 + w_c + u_c), scaled to sum to 1: each of C options has the
 * mean of a Beta posterior, whose prior says that about one of them is wanted (the margins of
 * Perks' Dirichlet prior, 1947). So one rejection halves an option, and it is the turn of those
 * that were not tried. A {@link Stranger}, whose prior of a score is Gaussian, takes a few
 * hundredths from it, less than what features of the texts and other members add: some options
 * would come again and again, and others never. In exchange it learns what depends on the question;
 * where options are few it has gone through them as soon, and a tally would believe verdicts by
 * chance as well.
 */
final class Tally {
  /** The weight of its prior, in examples. */
  static final double PRECISION = 1;

  /** Options; of stars there are 5, of news and film tags 15. */
  private static final int FEWEST = 8;

  private final double[] population;

  /** The place of each option's indicator among the features. */
  private final int[] places;

  /** By option: faded weights of the examples that speak for it, and against it. */
  private final double[] wanted;

  private final double[] unwanted;

  private Tally(double[] population, int[] places) {
    this.population = population;
    this.places = places;
    this.wanted = new double[places.length];
    this.unwanted = new double[places.length];
  }

  /**
   * One for examples that are all among the same options.
   *
   * @param population w, the population head's weights
   * @param dense as {@link Curvature#dense(List)} counts
   * @return null for few options, and for texts, of which no indicator tells
   */
  static Tally of(double[] population, List<Example> replay, int dense) {
    int[] places =
        Arrays.stream(replay.get(0).features()).mapToInt(z -> indicator(z, dense)).toArray();
    boolean areOptions =
        places.length >= FEWEST
            && Arrays.stream(places).distinct().count() == places.length
            && replay.stream().allMatch(example -> hasAt(example, places));
    return areOptions ? new Tally(population, places) : null;
  }

  /** Or -1. */
  private static int indicator(double[] z, int dense) {
    return IntStream.range(dense, z.length).filter(i -> z[i] == 1).findFirst().orElse(-1);
  }

  private static boolean hasAt(Example example, int[] places) {
    double[][] z = example.features();
    return z.length == places.length
        && IntStream.range(0, z.length).allMatch(c -> places[c] >= 0 && z[c][places[c]] == 1);
  }

  /** The belief over the next example's candidates, as they are served with {@link #delta}. */
  double[] ask(Example example) {
    double[] scores = example.offset().clone();
    double[] known = Softmax.scores(example.features(), population);
    double[] own = logBeliefs();
    for (int c = 0; c < scores.length; c++) {
      scores[c] += own[c] - known[c];
    }
    return Softmax.normalize(scores);
  }

  /**
   * Learns an example.
   *
   * @param fade of what was learned before
   */
  void learn(Example example, double fade, double weight) {
    for (int c = 0; c < places.length; c++) {
      double wants = example.isRejection() ? 0 : example.target()[c];
      boolean isToldOf = !example.isRejection() || c == example.rejected();
      wanted[c] = fade * wanted[c] + weight * wants;
      unwanted[c] = fade * unwanted[c] + (isToldOf ? weight * (1 - wants) : 0);
    }
  }

  /** δ of these examples alone, to be added to w as any other. */
  double[] delta(List<Example> examples, double[] weights) {
    Tally again = new Tally(population, places);
    for (int e = 0; e < weights.length; e++) {
      again.learn(examples.get(e), 1, weights[e]);
    }
    double[] own = again.logBeliefs();
    double[] delta = Arrays.stream(population).map(w -> -w).toArray();
    for (int c = 0; c < places.length; c++) {
      delta[places[c]] += own[c];
    }
    return delta;
  }

  private double[] logBeliefs() {
    double prior = PRECISION / places.length;
    double[] logs = new double[places.length];
    for (int c = 0; c < logs.length; c++) {
      logs[c] = Math.log((prior + wanted[c]) / (PRECISION + wanted[c] + unwanted[c]));
    }
    return logs;
  }
}
