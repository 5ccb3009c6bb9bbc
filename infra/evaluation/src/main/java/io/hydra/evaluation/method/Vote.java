package io.hydra.evaluation.method;

import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import java.util.Comparator;
import java.util.List;

/** One answer out of several samples, without a model. */
public final class Vote {
  private Vote() {}

  /**
   * Self-consistency (Wang et al., 2023): the most frequent option, or the median where options are
   * ordered; for open text the sample that agrees most with the others by ROUGE-1 (minimum Bayes
   * risk). The first sample where several are equal.
   *
   * @param samples normalized; unreadable ones are empty and do not count
   * @return "" if none could be read
   */
  public static String of(TaskSpec task, List<String> samples) {
    List<String> read = samples.stream().filter(s -> !s.isEmpty()).toList();
    if (read.isEmpty()) {
      return "";
    }
    if (task.isOrdinal()) {
      List<String> sorted =
          read.stream().sorted(Comparator.comparingDouble(Double::parseDouble)).toList();
      return sorted.get((sorted.size() - 1) / 2);
    }
    String best = "";
    double bestScore = Double.NEGATIVE_INFINITY;
    for (String sample : read) {
      double score = 0;
      for (String other : read) {
        score += agreement(task, sample, other);
      }
      if (score > bestScore) {
        best = sample;
        bestScore = score;
      }
    }
    return best;
  }

  /** The sample that is closest to a text, by {@link Rouge#closeness}; "" of none. */
  public static String closest(List<String> samples, String text) {
    List<String> own = Words.of(text);
    return samples.stream()
        .max(Comparator.comparingDouble(sample -> Rouge.closeness(Words.of(sample), own)))
        .orElse("");
  }

  private static double agreement(TaskSpec task, String a, String b) {
    if (task.isClosed()) {
      return a.equals(b) ? 1 : 0;
    }
    return Rouge.rouge1(Words.of(a), Words.of(b));
  }
}
