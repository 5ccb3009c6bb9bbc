package io.hydra.evaluation.feedback;

import io.hydra.evaluation.feedback.FeedbackRun.Served;
import io.hydra.evaluation.feedback.FeedbackRun.Way;
import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.metric.Scored;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** All that simulated users were served. */
public final class FeedbackOutcome {
  private static final int[] EDGES = {0, 5, 10, 20, 35, SimulatedUser.TURN};
  private static final int[] EDGES_ON = {50, 55, 60, 65, 80, SimulatedUser.RESPONSES};
  private static final int[] EDGES_WRITING = {0, 10, 20, 30, 50, SimulatedUser.RESPONSES};

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
   * @param plain share of the responses for which {@link Way#WITH} fell back to plain sampling
   * @param asPlain share of those that were plain sampling's answer, fallen back or not
   */
  record Stretch(
      Temper temper,
      int from,
      int to,
      Measure measure,
      Comparison comparison,
      double plain,
      double asPlain) {}

  /** Every temper's stretches, in order. */
  List<Stretch> stretches() {
    List<Stretch> stretches = new ArrayList<>();
    for (Temper temper : Temper.values()) {
      List<Served> users = served.stream().filter(s -> s.user().temper() == temper).toList();
      if (users.isEmpty()) {
        continue;
      }
      Measure measure =
          temper.hasOwnTaste() && !task.isClosed() ? Measure.form() : Measure.of(task).get(0);
      Scored scored = score(users, measure);
      boolean whole = temper == Temper.RANDOM || temper == Temper.LOYAL;
      int[][] edges =
          temper.writes()
              ? new int[][] {EDGES_WRITING}
              : whole
                  ? new int[][] {{0, 20, SimulatedUser.RESPONSES}}
                  : new int[][] {EDGES, EDGES_ON};
      List<Integer> places = new ArrayList<>();
      List<Boolean> plain = new ArrayList<>();
      List<Boolean> asPlain = new ArrayList<>();
      for (Served user : users) {
        IntStream.range(0, user.wanted().size()).forEach(places::add);
        plain.addAll(user.plain());
        asPlain.addAll(user.asPlain());
      }
      for (int[] some : edges) {
        for (int e = 0; e + 1 < some.length; e++) {
          int from = some[e];
          int to = some[e + 1];
          int[] selected =
              IntStream.range(0, places.size())
                  .filter(q -> places.get(q) >= from && places.get(q) < to)
                  .toArray();
          if (selected.length > 0) {
            Comparison compared = scored.compare(selected);
            stretches.add(
                new Stretch(
                    temper,
                    from,
                    to,
                    measure,
                    compared,
                    share(selected, plain),
                    share(selected, asPlain)));
          }
        }
      }
    }
    return stretches;
  }

  private static double share(int[] selected, List<Boolean> of) {
    return (double) Arrays.stream(selected).filter(of::get).count() / selected.length;
  }

  private Scored score(List<Served> users, Measure measure) {
    List<Question> questions = new ArrayList<>();
    Map<Way, List<String>> texts = new EnumMap<>(Way.class);
    for (Served one : users) {
      for (int r = 0; r < one.wanted().size(); r++) {
        String id = "%s/%d/%d".formatted(one.user().id(), one.seed(), r);
        questions.add(new Question(id, one.user().id(), r, one.wanted().get(r)));
      }
      for (Way way : Way.values()) {
        texts.computeIfAbsent(way, w -> new ArrayList<>()).addAll(one.answers(way));
      }
    }
    if (!task.isClosed()) {
      texts.remove(Way.USUAL);
    }
    List<Answers> answers = new ArrayList<>();
    texts.forEach((way, all) -> answers.add(new Answers(way.id(), 1, all, Usage.NONE)));
    return Scored.of(task, List.of(measure), questions, answers);
  }
}
