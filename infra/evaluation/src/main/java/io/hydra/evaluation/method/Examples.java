package io.hydra.evaluation.method;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The choice of the items that the plain methods show, most useful first. */
public final class Examples {
  private Examples() {}

  /**
   * @param seed of this question
   */
  public static List<HistoryItem> random(List<HistoryItem> past, int count, long seed) {
    List<HistoryItem> shuffled = new ArrayList<>(past);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled.subList(0, Math.min(count, shuffled.size()));
  }

  public static List<HistoryItem> newest(List<HistoryItem> past, int count) {
    List<HistoryItem> newest =
        new ArrayList<>(past.subList(Math.max(0, past.size() - count), past.size()));
    Collections.reverse(newest);
    return newest;
  }

  /**
   * The user's most frequent option, or the median where options are ordered.
   *
   * @param populationShares the substitute for a user without a history, one per option
   */
  public static String usualLabel(
      TaskSpec task, List<HistoryItem> past, double[] populationShares) {
    double[] counts = new double[task.options().size()];
    for (HistoryItem item : past) {
      int c = task.indexOf(item.output());
      if (c >= 0) {
        counts[c]++;
      }
    }
    double total = Arrays.stream(counts).sum();
    if (total == 0) {
      counts = populationShares;
      total = Arrays.stream(counts).sum();
    }
    if (task.isOrdinal()) {
      double below = 0;
      for (int c = 0; c < counts.length; c++) {
        below += counts[c];
        if (below >= total / 2) {
          return task.options().get(c);
        }
      }
    }
    int best = 0;
    for (int c = 1; c < counts.length; c++) {
      best = counts[c] > counts[best] ? c : best;
    }
    return task.options().get(best);
  }
}
