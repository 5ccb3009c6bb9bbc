package io.hydra.model.base;

import io.hydra.model.feature.Salience;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.redis.HistoryItem;
import java.util.Arrays;
import java.util.List;

/** What can be counted of a task's users without any fit. */
final class Statistics {
  private Statistics() {}

  /** A base that knows nothing but the options' shares. */
  static TaskBase blank(double[] shares) {
    return new TaskBase(
        new double[0],
        new double[0],
        new double[0],
        shares,
        new float[0][],
        10,
        Salience.untrained());
  }

  /** A base with a trunk and without heads; shares are smoothed by one item an option. */
  static TaskBase of(TaskSpec task, List<List<HistoryItem>> users, float[][] trunk) {
    List<String> outputs = users.stream().flatMap(List::stream).map(HistoryItem::output).toList();
    double[] shares = new double[task.options().size()];
    Arrays.fill(shares, 1);
    double total = shares.length;
    for (String output : outputs) {
      int c = task.indexOf(output);
      if (c >= 0) {
        shares[c]++;
        total++;
      }
    }
    for (int c = 0; c < shares.length; c++) {
      shares[c] /= total;
    }
    double length = outputs.stream().mapToInt(o -> Words.of(o).size()).average().orElse(10);
    return new TaskBase(
        new double[0], new double[0], new double[0], shares, trunk, length, Salience.untrained());
  }
}
