package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;
import java.util.List;

/**
 * One figure of quality, as a function of sums: every question gives a short vector, and the value
 * of any set of questions follows from the sum of theirs. So pooled values, values per user and
 * bootstraps over users all are sums of vectors.
 */
public sealed interface Measure permits MeanMeasure, MacroF1, Bleu {
  /** As it stands in the reports; stable, since programs read it. */
  String name();

  default boolean higherIsBetter() {
    return true;
  }

  /** Whether one user's few questions have a value that may be averaged over users. */
  default boolean perUser() {
    return false;
  }

  /** How many numbers a question's statistics are. */
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

  /** A task's measures as they are shown; the first is the one to look at first. */
  static List<Measure> of(TaskSpec task) {
    if (task.isOrdinal()) {
      return List.of(
          new Accuracy(task), RatingError.absolute(task), RatingError.rootMeanSquare(task));
    }
    if (task.isClosed()) {
      return List.of(new Accuracy(task), new MacroF1(task));
    }
    return List.of(RougeF.one(), RougeF.longest(), new Bleu());
  }
}
