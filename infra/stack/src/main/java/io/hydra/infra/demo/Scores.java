package io.hydra.infra.demo;

import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/** Metrics as LaMP defines them, over one answer per question. */
final class Scores {
  private Scores() {}

  /** An answer and the user's own; the answer is "" where there was none. */
  record Pair(String answer, String gold) {}

  /** By name: accuracy and f1, or accuracy, mae and rmse, or rouge1 and rougeL. */
  static Map<String, Double> of(TaskSpec task, List<Pair> pairs) {
    Map<String, Double> scores = new LinkedHashMap<>();
    if (task.isClosed()) {
      scores.put("accuracy", mean(pairs, (a, g) -> a.equals(g) ? 1 : 0));
    }
    if (task.isClosed() && !task.isOrdinal()) {
      scores.put("f1", macroF1(task.options(), pairs));
    } else if (task.isOrdinal()) {
      scores.put("mae", mean(pairs, Scores::distance));
      scores.put("rmse", Math.sqrt(mean(pairs, (a, g) -> Math.pow(distance(a, g), 2))));
    } else {
      scores.put("rouge1", mean(pairs, (a, g) -> Rouge.rouge1(Words.of(a), Words.of(g))));
      scores.put("rougeL", mean(pairs, (a, g) -> Rouge.rougeL(Words.of(a), Words.of(g))));
    }
    return scores;
  }

  /** Over all options; one that nobody gave or should have given counts as 0, as in LaMP. */
  private static double macroF1(List<String> options, List<Pair> pairs) {
    double sum = 0;
    for (String option : options) {
      long both =
          pairs.stream().filter(p -> p.answer().equals(option) && p.gold().equals(option)).count();
      long either =
          pairs.stream().filter(p -> p.answer().equals(option)).count()
              + pairs.stream().filter(p -> p.gold().equals(option)).count();
      sum += either == 0 ? 0 : 2.0 * both / either;
    }
    return sum / options.size();
  }

  /** An answer that is no number counts as the end of the scale farther from the gold. */
  private static double distance(String answer, String gold) {
    double g = Double.parseDouble(gold);
    try {
      return Math.abs(Double.parseDouble(answer) - g);
    } catch (NumberFormatException e) {
      return Math.max(Math.abs(1 - g), Math.abs(5 - g));
    }
  }

  private static double mean(List<Pair> pairs, ToDoubleBiFunction<String, String> score) {
    return pairs.stream()
        .mapToDouble(p -> score.applyAsDouble(p.answer(), p.gold()))
        .average()
        .orElse(0);
  }
}
