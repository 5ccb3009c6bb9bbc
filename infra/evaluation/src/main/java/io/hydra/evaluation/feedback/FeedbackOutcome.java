package io.hydra.evaluation.feedback;

import io.hydra.evaluation.feedback.FeedbackRun.Served;
import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.metric.Scored;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** All that simulated users were served. */
public final class FeedbackOutcome {
  static final String WITHOUT = "without";
  static final String WITH = "with";
  static final String USUAL = "usual";

  private static final int RESAMPLES = 2000;
  private static final long BOOTSTRAP_SEED = 1;
  private static final int[] EDGES = {0, 5, 10, 20, 35, SimulatedUser.TURN};
  private static final int[] EDGES_ON = {50, 55, 60, 65, 80, SimulatedUser.RESPONSES};

  private final TaskSpec task;
  private final int seeds;
  private final List<Served> served = new ArrayList<>();

  FeedbackOutcome(TaskSpec task, int seeds) {
    this.task = task;
    this.seeds = seeds;
  }

  void add(Served one) {
    served.add(one);
  }

  TaskSpec task() {
    return task;
  }

  int seeds() {
    return seeds;
  }

  /**
   * A stretch of the responses to all users of one temper.
   *
   * @param from first response, counted from 0
   * @param to behind the last one
   */
  record Stretch(Temper temper, int from, int to, Measure measure, Comparison comparison) {}

  /** Every temper's stretches, in order. */
  List<Stretch> stretches() {
    List<Stretch> stretches = new ArrayList<>();
    for (Temper temper : Temper.values()) {
      List<Served> users = served.stream().filter(s -> s.user().temper() == temper).toList();
      if (users.isEmpty()) {
        continue;
      }
      Measure measure =
          temper.wantsForm() && !task.isClosed() ? Measure.form() : Measure.of(task).get(0);
      Scored scored = score(users, measure);
      boolean whole = temper == Temper.RANDOM || temper == Temper.LOYAL;
      int[][] edges =
          whole ? new int[][] {{0, 20, SimulatedUser.RESPONSES}} : new int[][] {EDGES, EDGES_ON};
      for (int[] some : edges) {
        for (int e = 0; e + 1 < some.length; e++) {
          int from = some[e];
          int to = some[e + 1];
          int[] selected =
              IntStream.range(0, users.size() * SimulatedUser.RESPONSES)
                  .filter(q -> q % SimulatedUser.RESPONSES >= from)
                  .filter(q -> q % SimulatedUser.RESPONSES < to)
                  .toArray();
          stretches.add(
              new Stretch(
                  temper, from, to, measure, scored.compare(selected, RESAMPLES, BOOTSTRAP_SEED)));
        }
      }
    }
    return stretches;
  }

  private Scored score(List<Served> users, Measure measure) {
    List<Question> questions = new ArrayList<>();
    List<String> without = new ArrayList<>();
    List<String> with = new ArrayList<>();
    List<String> usual = new ArrayList<>();
    for (Served one : users) {
      for (int r = 0; r < one.wanted().size(); r++) {
        String id = "%s/%d/%d".formatted(one.user().id(), one.seed(), r);
        questions.add(new Question(id, one.user().id(), r, one.wanted().get(r)));
      }
      without.addAll(one.without());
      with.addAll(one.with());
      usual.addAll(one.usual());
    }
    List<Answers> answers = new ArrayList<>();
    answers.add(new Answers(WITHOUT, 1, without, Usage.NONE));
    answers.add(new Answers(WITH, 1, with, Usage.NONE));
    if (task.isClosed()) {
      answers.add(new Answers(USUAL, 1, usual, Usage.NONE));
    }
    return Scored.of(task, List.of(measure), questions, answers);
  }
}
