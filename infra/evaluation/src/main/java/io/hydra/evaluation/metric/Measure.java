package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;
import java.util.List;

/**
 * One figure of quality, as a function of sums: every question gives a short vector, and the value
 * of any set of questions follows from the sum of theirs. So pooled values, values per user and
 * bootstraps over users all are sums of vectors.
 */
public sealed interface Measure permits MeanScore, Measure.MacroF1, Bleu {
  /** As it stands in the reports; stable, since programs read it. */
  String name();

  default boolean higherIsBetter() {
    return true;
  }

  /** Tells whether one user's few questions have a value that may be averaged over users. */
  default boolean perUser() {
    return false;
  }

  /** Length of a question's statistics. */
  int width();

  /**
   * One question's statistics.
   *
   * @param answer "" where there was no readable one
   * @return {@link #width()} numbers, to be summed over questions
   */
  double[] statistics(String answer, String gold);

  /**
   * The value of a set of at least one question.
   *
   * @param sum of its questions' statistics
   */
  double value(double[] sum);

  /** A task's measures in the order of showing; the first is the one to look at first. */
  static List<Measure> of(TaskSpec task) {
    if (task.isOrdinal()) {
      return List.of(
          MeanScore.accuracy(task),
          MeanScore.absoluteError(task),
          MeanScore.rootMeanSquareError(task));
    }
    return task.isClosed()
        ? List.of(MeanScore.accuracy(task), new MacroF1(task))
        : List.of(MeanScore.rouge1(), MeanScore.rougeL(), new Bleu());
  }

  /** The loss of a closed task's answers beside the price of a call. */
  static Measure lossUnasked(TaskSpec task) {
    return MeanScore.lossUnasked(task);
  }

  /** Likeness of texts in form alone. */
  static Measure form() {
    return MeanScore.form();
  }

  /**
   * Mean over <em>all</em> options of F1 = 2 hits / (answered + gold), as LaMP has it: an option
   * that is never answered or never gold counts 0, and an answer that is not an option misses the
   * gold one. A question's statistics are, per option: hits, times answered, times gold.
   */
  record MacroF1(TaskSpec task) implements Measure {
    @Override
    public String name() {
      return "f1";
    }

    @Override
    public int width() {
      return 3 * task.options().size();
    }

    @Override
    public double[] statistics(String answer, String gold) {
      double[] statistics = new double[width()];
      int answered = task.indexOf(answer);
      int right = task.indexOf(gold);
      if (answered >= 0) {
        statistics[3 * answered + 1] = 1;
        statistics[3 * answered] = answered == right ? 1 : 0;
      }
      if (right >= 0) {
        statistics[3 * right + 2] = 1;
      }
      return statistics;
    }

    @Override
    public double value(double[] sum) {
      double total = 0;
      for (int i = 0; i < sum.length; i += 3) {
        total += sum[i] == 0 ? 0 : 2 * sum[i] / (sum[i + 1] + sum[i + 2]);
      }
      return total / task.options().size();
    }
  }
}
