package io.hydra.evaluation.streaming;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.metric.Scored;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.evaluation.streaming.StreamedUser.Answered;
import io.hydra.evaluation.streaming.Turns.FalseAlarms;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * All that was streamed: what each variant answered to each item, and where in its user's time the
 * item stood.
 */
public final class Stream {

  private final TaskSpec task;
  private final Turns turns = new Turns();
  private final List<Question> questions = new ArrayList<>();

  /** Items since the user's shift; −1 before it and for users without one. */
  private final List<Integer> sinceShift = new ArrayList<>();

  /** By question: true if saving calls needed none. */
  private final List<Boolean> unasked = new ArrayList<>();

  /** By question: true if the response said that the user's behaviour has turned. */
  private final List<Boolean> told = new ArrayList<>();

  private final List<List<String>> texts =
      Arrays.stream(Variant.values()).<List<String>>map(v -> new ArrayList<>()).toList();

  Stream(TaskSpec task) {
    this.task = task;
  }

  void add(Question question, int itemsSinceShift, Answered answers) {
    questions.add(question);
    sinceShift.add(itemsSinceShift);
    told.add(answers.tellsOfShift());
    unasked.add(answers.unasked());
    answers.texts().forEach((variant, text) -> texts.get(variant.ordinal()).add(text));
  }

  TaskSpec task() {
    return task;
  }

  int size() {
    return questions.size();
  }

  long shiftedUsers() {
    return IntStream.range(0, questions.size())
        .filter(i -> sinceShift.get(i) == 0)
        .mapToObj(i -> questions.get(i).user())
        .distinct()
        .count();
  }

  /**
   * Before any shift; a response that tells of one where the one before did not is an alarm. The
   * head of the first item after the shift has learned none of those.
   */
  FalseAlarms falseAlarms() {
    int responses = 0;
    int alarms = 0;
    for (int i = 0; i < questions.size(); i++) {
      boolean isFirst = i == 0 || !questions.get(i - 1).user().equals(questions.get(i).user());
      if (sinceShift.get(i) <= 0) {
        responses++;
        alarms += told.get(i) && (isFirst || !told.get(i - 1)) ? 1 : 0;
      }
    }
    return new FalseAlarms(responses, alarms);
  }

  /** Users who were turned into others without the LLM. */
  Turns turns() {
    return turns;
  }

  /**
   * A stretch of the users' time.
   *
   * @param label the number of items seen, as text
   * @param middle its place on an axis
   */
  record Stretch(String label, double middle, Comparison comparison) {}

  /** Before any shift, by items seen. */
  List<Stretch> bySeen() {
    return stretches(
        new int[] {0, 1, 2, 4, 8, 16, 32, 64, Integer.MAX_VALUE},
        i -> sinceShift.get(i) < 0,
        i -> questions.get(i).seen());
  }

  /**
   * The loss by answers without a call.
   *
   * @param share of the questions that went unasked
   * @param lost by each of these, in {@link Measure#lossUnasked}
   */
  record Unasked(String label, int questions, double share, Distribution lost) {}

  /** Before any shift, and after it by items seen since; of closed tasks. */
  List<Unasked> unasked() {
    List<Unasked> rows = new ArrayList<>();
    add(rows, "before", Integer.MIN_VALUE, 0);
    add(rows, "0-4", 0, 5);
    add(rows, "5-9", 5, 10);
    add(rows, "10+", 10, Integer.MAX_VALUE);
    return rows;
  }

  private void add(List<Unasked> rows, String label, int from, int to) {
    int[] all =
        IntStream.range(0, questions.size())
            .filter(i -> sinceShift.get(i) >= from && sinceShift.get(i) < to)
            .toArray();
    int[] skipped = Arrays.stream(all).filter(unasked::get).toArray();
    if (skipped.length > 0) {
      Measure loss = Measure.lossUnasked(task);
      Comparison compared = Scored.of(task, List.of(loss), questions, answers()).compare(skipped);
      Distribution saving = compared.pooled().get(Variant.SAVING.id()).get(loss.name());
      Distribution asking = compared.pooled().get(Variant.HYDRA.id()).get(loss.name());
      double share = (double) skipped.length / all.length;
      rows.add(new Unasked(label, all.length, share, saving.minus(asking)));
    }
  }

  /** After the shift, by items seen since; the last stretch before it comes first. */
  List<Stretch> bySinceShift() {
    return stretches(
        new int[] {0, 5, 10, 20, 40, Integer.MAX_VALUE},
        i -> sinceShift.get(i) >= 0,
        sinceShift::get);
  }

  private List<Stretch> stretches(int[] edges, IntPredicate wanted, IntUnaryOperator at) {
    Scored scored = Scored.of(task, questions, answers());
    List<Stretch> stretches = new ArrayList<>();
    for (int e = 0; e + 1 < edges.length; e++) {
      int from = edges[e];
      int to = edges[e + 1];
      double middle = e;
      scored
          .compare(i -> wanted.test(i) && at.applyAsInt(i) >= from && at.applyAsInt(i) < to)
          .ifPresent(some -> stretches.add(new Stretch(label(from, to), middle, some)));
    }
    return stretches;
  }

  private List<Answers> answers() {
    return Arrays.stream(Variant.values())
        .map(v -> new Answers(v.id(), 1, texts.get(v.ordinal()), Usage.NONE))
        .toList();
  }

  private static String label(int from, int to) {
    if (to == Integer.MAX_VALUE) {
      return from + "+";
    }
    return to - from == 1 ? Integer.toString(from) : from + "-" + (to - 1);
  }

  /** The methods followed through time; all but RAG choose among the same samples. */
  enum Variant {
    RAG("rag"),
    POPULATION("hydra-population"),
    /** The user's own part as it was at the shift. */
    FROZEN("hydra-frozen"),
    /** Old examples and losses count as much as new ones. */
    WITHOUT_FORGETTING("hydra-without-forgetting"),
    /** Without a call where the head is certain enough alone, as a closed task's may be. */
    SAVING("hydra-saving"),
    HYDRA("hydra");

    private final String id;

    Variant(String id) {
      this.id = id;
    }

    String id() {
      return id;
    }
  }
}
