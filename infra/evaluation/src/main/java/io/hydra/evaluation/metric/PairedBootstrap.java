package io.hydra.evaluation.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Resamples users with replacement: a user's questions are not independent of each other, users
 * are. Every value taken from one instance is on the same resamples, whatever the method, seed or
 * measure, so that differences are paired. (Efron and Tibshirani, 1993, percentile intervals.)
 */
public final class PairedBootstrap {
  public static final int RESAMPLES = 2_000;
  private static final long SEED = 1;

  private final int users;

  /** The weight of each user in each resample. */
  private final List<int[]> draws;

  /** As every report has it. */
  public PairedBootstrap(int users) {
    this(users, RESAMPLES, SEED);
  }

  PairedBootstrap(int users, int resamples, long seed) {
    if (users < 1 || resamples < 1) {
      throw new IllegalArgumentException("a bootstrap needs at least one user and one resample");
    }
    this.users = users;
    Random random = new Random(seed);
    draws = Stream.generate(() -> draw(random)).limit(resamples).toList();
  }

  private int[] draw(Random random) {
    int[] times = new int[users];
    for (int i = 0; i < users; i++) {
      times[random.nextInt(users)]++;
    }
    return times;
  }

  /** The measures over all questions alike, whosever they are; one value per measure. */
  List<Distribution> pooled(UserSums sums) {
    return distributions(sums::values);
  }

  /** Means over users of the measures over the user's own questions; one value per measure. */
  List<Distribution> byUser(UserSums sums) {
    double[][] ofUser = new double[users][];
    int[] only = new int[users];
    for (int u = 0; u < users; u++) {
      only[u] = 1;
      ofUser[u] = sums.values(only);
      only[u] = 0;
    }
    return distributions(times -> means(ofUser, times));
  }

  private double[] means(double[][] ofUser, int[] times) {
    double[] means = new double[ofUser[0].length];
    for (int u = 0; u < users; u++) {
      for (int m = 0; m < means.length; m++) {
        means[m] += times[u] * ofUser[u][m] / users;
      }
    }
    return means;
  }

  /**
   * @param valuesOf some values where each user counts so many times
   * @return one per value
   */
  public List<Distribution> distributions(Function<int[], double[]> valuesOf) {
    int[] everyOnce = new int[users];
    Arrays.fill(everyOnce, 1);
    double[] values = valuesOf.apply(everyOnce);
    double[][] resampled = new double[values.length][draws.size()];
    for (int r = 0; r < draws.size(); r++) {
      double[] ofDraw = valuesOf.apply(draws.get(r));
      for (int m = 0; m < values.length; m++) {
        resampled[m][r] = ofDraw[m];
      }
    }
    return IntStream.range(0, values.length)
        .mapToObj(m -> new Distribution(values[m], resampled[m]))
        .toList();
  }
}
