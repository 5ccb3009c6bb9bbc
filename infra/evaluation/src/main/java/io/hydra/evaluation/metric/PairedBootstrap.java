package io.hydra.evaluation.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Resamples users with replacement: a user's questions are not independent of each other, users
 * are. Every value taken from one instance is on the same resamples, whatever the method, seed or
 * measure, so that differences are paired. (Efron and Tibshirani, 1993, percentile intervals.)
 */
final class PairedBootstrap {
  private final int users;
  private final List<Draw> draws = new ArrayList<>();

  PairedBootstrap(int users, int resamples, long seed) {
    if (users < 1 || resamples < 1) {
      throw new IllegalArgumentException("a bootstrap needs at least one user and one resample");
    }
    this.users = users;
    Random random = new Random(seed);
    for (int r = 0; r < resamples; r++) {
      draws.add(Draw.random(users, random));
    }
  }

  /**
   * The measures over all questions alike, whosever they are.
   *
   * @return one per measure
   */
  List<Distribution> pooled(UserSums sums) {
    return distributions(sums::values);
  }

  /**
   * The means over users of the measures over the user's own questions.
   *
   * @return one per measure
   */
  List<Distribution> byUser(UserSums sums) {
    double[][] ofUser = new double[users][];
    for (int u = 0; u < users; u++) {
      ofUser[u] = sums.values(Draw.only(u));
    }
    return distributions(draw -> means(ofUser, draw));
  }

  private double[] means(double[][] ofUser, Draw draw) {
    double[] means = new double[ofUser[0].length];
    for (int i = 0; i < draw.size(); i++) {
      for (int m = 0; m < means.length; m++) {
        means[m] += draw.times(i) * ofUser[draw.user(i)][m] / users;
      }
    }
    return means;
  }

  private List<Distribution> distributions(Function<Draw, double[]> valuesOf) {
    double[] values = valuesOf.apply(Draw.everyOnce(users));
    double[][] resampled = new double[values.length][draws.size()];
    for (int r = 0; r < draws.size(); r++) {
      double[] ofDraw = valuesOf.apply(draws.get(r));
      for (int m = 0; m < values.length; m++) {
        resampled[m][r] = ofDraw[m];
      }
    }
    List<Distribution> distributions = new ArrayList<>();
    for (int m = 0; m < values.length; m++) {
      distributions.add(new Distribution(values[m], resampled[m]));
    }
    return distributions;
  }

  /** Users, and how often each of them counts. */
  static final class Draw {
    private final int[] users;
    private final int[] times;

    private Draw(int[] countByUser) {
      users = IntStream.range(0, countByUser.length).filter(u -> countByUser[u] > 0).toArray();
      times = IntStream.of(users).map(u -> countByUser[u]).toArray();
    }

    static Draw everyOnce(int users) {
      return new Draw(IntStream.generate(() -> 1).limit(users).toArray());
    }

    static Draw only(int user) {
      int[] counts = new int[user + 1];
      counts[user] = 1;
      return new Draw(counts);
    }

    /** As many users as there are, with replacement. */
    static Draw random(int users, Random random) {
      int[] counts = new int[users];
      for (int i = 0; i < users; i++) {
        counts[random.nextInt(users)]++;
      }
      return new Draw(counts);
    }

    /** Number of different users. */
    int size() {
      return users.length;
    }

    int user(int i) {
      return users[i];
    }

    int times(int i) {
      return times[i];
    }
  }
}
