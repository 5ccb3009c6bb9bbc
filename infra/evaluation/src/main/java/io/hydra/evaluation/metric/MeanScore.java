package io.hydra.evaluation.metric;

import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A mean over questions, each of which has a score.
 *
 * @param score of an answer and its gold
 * @param finish makes the mean the measure's value
 */
record MeanScore(
    String name,
    boolean higherIsBetter,
    ToDoubleBiFunction<String, String> score,
    DoubleUnaryOperator finish)
    implements Measure {
  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)");
  private static final Pattern WORD = Pattern.compile("[a-z0-9]+");

  /**
   * Share of answers that name the gold option. An answer that names none is wrong, even where the
   * gold is not an option either.
   */
  static MeanScore accuracy(TaskSpec task) {
    return new MeanScore(
        "accuracy",
        true,
        (answer, gold) -> {
          int option = task.indexOf(answer);
          return option >= 0 && option == task.indexOf(gold) ? 1 : 0;
        },
        DoubleUnaryOperator.identity());
  }

  /** Mean distance between the answered and the gold rating. */
  static MeanScore absoluteError(TaskSpec task) {
    return new MeanScore(
        "mae",
        false,
        (answer, gold) -> distance(task, answer, gold),
        DoubleUnaryOperator.identity());
  }

  /** Root of the mean squared distance between the answered and the gold rating. */
  static MeanScore rootMeanSquareError(TaskSpec task) {
    return new MeanScore(
        "rmse",
        false,
        (answer, gold) -> {
          double distance = distance(task, answer, gold);
          return distance * distance;
        },
        Math::sqrt);
  }

  /**
   * Loss of an answer beside the price of a call: {@link io.hydra.model.base.Decision#lossUnasked}.
   */
  static MeanScore lossUnasked(TaskSpec task) {
    MeanScore accuracy = accuracy(task);
    return new MeanScore(
        "loss",
        false,
        (answer, gold) ->
            task.isOrdinal()
                ? task.metric().lossUnasked(distance(task, answer, gold))
                : 1 - accuracy.score().applyAsDouble(answer, gold),
        DoubleUnaryOperator.identity());
  }

  /**
   * ROUGE-1, common words: the mean of the F-measures, 0 to 1, with the words of Google's {@code
   * rouge_score} without stemming: lower case, runs of a-z and 0-9 and nothing else, so a text in
   * another script has none and scores 0. The mean is exact; Hugging Face's {@code evaluate} takes
   * the median of a bootstrap in its place.
   */
  static MeanScore rouge1() {
    return new MeanScore(
        "rouge1",
        true,
        (answer, gold) -> Rouge.rouge1(words(answer), words(gold)),
        DoubleUnaryOperator.identity());
  }

  /** ROUGE-L, the longest common subsequence of words; else as {@link #rouge1}. */
  static MeanScore rougeL() {
    return new MeanScore(
        "rougeL",
        true,
        (answer, gold) -> Rouge.rougeL(words(answer), words(gold)),
        DoubleUnaryOperator.identity());
  }

  /** Likeness in form: {@link Form#likeness}. */
  static MeanScore form() {
    return new MeanScore("form", true, Form::likeness, DoubleUnaryOperator.identity());
  }

  @Override
  public boolean perUser() {
    return true;
  }

  @Override
  public int width() {
    return 2;
  }

  @Override
  public double[] statistics(String answer, String gold) {
    return new double[] {score.applyAsDouble(answer, gold), 1};
  }

  @Override
  public double value(double[] sum) {
    return finish.applyAsDouble(sum[0] / sum[1]);
  }

  /**
   * An answer that is not a number counts as the lowest or the highest option, whichever is farther
   * from the gold; a number that is not an option counts as it is, as LaMP has it.
   *
   * @throws IllegalArgumentException if the gold is not a number
   */
  private static double distance(TaskSpec task, String answer, String gold) {
    double right =
        number(gold)
            .orElseThrow(
                () -> new IllegalArgumentException("the gold of a rating must be a number"));
    var options = task.options().stream().mapToDouble(Double::parseDouble).summaryStatistics();
    boolean lowestIsFarther = right - options.getMin() > options.getMax() - right;
    double farther = lowestIsFarther ? options.getMin() : options.getMax();
    return Math.abs(number(answer).orElse(farther) - right);
  }

  private static OptionalDouble number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches()
        ? OptionalDouble.of(Double.parseDouble(stripped))
        : OptionalDouble.empty();
  }

  static List<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
  }
}
