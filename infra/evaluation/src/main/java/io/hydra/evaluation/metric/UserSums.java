package io.hydra.evaluation.metric;

import java.util.Arrays;
import java.util.List;

/**
 * One method's statistics, summed per user: a row of numbers each, of every measure under every
 * seed. Only what is not zero is kept: a user has few of a task's labels, and the bootstrap adds
 * these rows up millions of times.
 */
final class UserSums {
  private final List<Measure> measures;
  private final int seeds;
  private final int width;
  // A user's entries are those from start[user] to start[user + 1].
  private final int[] start;
  private final int[] column;
  private final double[] value;

  /**
   * @param selected indices of the questions that count
   * @param userOf the user of each of them, below {@code users}; every user has a question
   * @param statistics by measure and seed: each question's, of all questions
   */
  UserSums(
      List<Measure> measures,
      int users,
      int[] selected,
      int[] userOf,
      List<List<double[][]>> statistics) {
    this.measures = measures;
    this.seeds = statistics.get(0).size();
    this.width = seeds * measures.stream().mapToInt(Measure::width).sum();
    double[][] rows = new double[users][width];
    int offset = 0;
    for (int m = 0; m < measures.size(); m++) {
      int columns = measures.get(m).width();
      for (double[][] ofSeed : statistics.get(m)) {
        for (int i = 0; i < selected.length; i++) {
          for (int c = 0; c < columns; c++) {
            rows[userOf[i]][offset + c] += ofSeed[selected[i]][c];
          }
        }
        offset += columns;
      }
    }
    start = new int[users + 1];
    for (int u = 0; u < users; u++) {
      start[u + 1] = start[u] + (int) Arrays.stream(rows[u]).filter(v -> v != 0).count();
    }
    column = new int[start[users]];
    value = new double[start[users]];
    int at = 0;
    for (double[] row : rows) {
      for (int c = 0; c < width; c++) {
        if (row[c] != 0) {
          column[at] = c;
          value[at++] = row[c];
        }
      }
    }
  }

  /**
   * The measures' values, means over the seeds.
   *
   * @param times the number of times each user counts
   */
  double[] values(int[] times) {
    double[] sum = new double[width];
    for (int user = 0; user < times.length; user++) {
      if (times[user] > 0) {
        for (int j = start[user]; j < start[user + 1]; j++) {
          sum[column[j]] += times[user] * value[j];
        }
      }
    }
    double[] values = new double[measures.size()];
    int offset = 0;
    for (int m = 0; m < values.length; m++) {
      Measure measure = measures.get(m);
      for (int s = 0; s < seeds; s++) {
        values[m] +=
            measure.value(Arrays.copyOfRange(sum, offset, offset + measure.width())) / seeds;
        offset += measure.width();
      }
    }
    return values;
  }
}
