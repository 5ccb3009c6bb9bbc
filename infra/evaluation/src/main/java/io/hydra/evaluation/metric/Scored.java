package io.hydra.evaluation.metric;

import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The statistics of every answer, from which any selection of the questions can be compared. */
public final class Scored {
  private final List<Question> questions;
  private final List<Measure> measures;
  // By method, measure and seed: each question's.
  private final Map<String, List<List<double[][]>>> methods = new LinkedHashMap<>();

  private Scored(List<Question> questions, List<Measure> measures) {
    this.questions = questions;
    this.measures = measures;
  }

  /**
   * Computes the statistics of every answer.
   *
   * @param answers one per method and seed; methods may have different numbers of seeds
   * @throws IllegalArgumentException if there is nothing to measure, if answers and questions do
   *     not match, if a method has a seed twice, or if a gold cannot be measured against
   */
  public static Scored of(TaskSpec task, List<Question> questions, List<Answers> answers) {
    return of(task, Measure.of(task), questions, answers);
  }

  /** The same by other measures than the task's. */
  public static Scored of(
      TaskSpec task, List<Measure> measures, List<Question> questions, List<Answers> answers) {
    check(task, questions, answers);
    Scored scored = new Scored(questions, measures);
    questions.forEach(scored::checkGold);
    for (Answers one : answers) {
      scored.methods.computeIfAbsent(
          one.method(),
          method ->
              scored.measures.stream().<List<double[][]>>map(m -> new ArrayList<>()).toList());
    }
    for (int m = 0; m < scored.measures.size(); m++) {
      double[][][] byAnswers = scored.statistics(scored.measures.get(m), answers);
      for (int a = 0; a < answers.size(); a++) {
        scored.methods.get(answers.get(a).method()).get(m).add(byAnswers[a]);
      }
    }
    return scored;
  }

  private static void check(TaskSpec task, List<Question> questions, List<Answers> answers) {
    if (questions.isEmpty() || answers.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing was measured of task " + task.id() + ": no questions or no answers");
    }
    Set<String> runs = new HashSet<>();
    for (Answers one : answers) {
      String run = "method " + one.method() + ", seed " + one.seed();
      if (one.texts().size() != questions.size()) {
        throw new IllegalArgumentException(
            run + ": " + one.texts().size() + " answers to " + questions.size() + " questions");
      }
      if (!runs.add(run)) {
        throw new IllegalArgumentException(run + ": answered twice");
      }
    }
  }

  private void checkGold(Question question) {
    try {
      measures.forEach(measure -> measure.statistics("", question.gold()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("question " + question.id() + ": " + e.getMessage(), e);
    }
  }

  /** By answers and question. */
  private double[][][] statistics(Measure measure, List<Answers> answers) {
    double[][][] byAnswers = new double[answers.size()][questions.size()][];
    IntStream.range(0, questions.size())
        .parallel()
        .forEach(
            q -> {
              // Methods and seeds often give the same answer to a question.
              Map<String, double[]> known = new HashMap<>();
              for (int a = 0; a < answers.size(); a++) {
                byAnswers[a][q] =
                    known.computeIfAbsent(
                        answers.get(a).texts().get(q),
                        answer -> measure.statistics(answer, questions.get(q).gold()));
              }
            });
    return byAnswers;
  }

  /** Compares the methods on all questions. */
  public Comparison compare() {
    return compare(IntStream.range(0, questions.size()).toArray());
  }

  /** The same on some of the questions; empty if there are none such. */
  public Optional<Comparison> compare(IntPredicate which) {
    int[] selected = IntStream.range(0, questions.size()).filter(which).toArray();
    return selected.length == 0 ? Optional.empty() : Optional.of(compare(selected));
  }

  /**
   * @param selected indices of questions, at least one
   */
  public Comparison compare(int[] selected) {
    return compare(selected, PairedBootstrap::new);
  }

  Comparison compare(int[] selected, IntFunction<PairedBootstrap> bootstraps) {
    Map<String, Integer> users = new HashMap<>();
    int[] userOf = new int[selected.length];
    for (int i = 0; i < selected.length; i++) {
      userOf[i] = users.computeIfAbsent(questions.get(selected[i]).user(), u -> users.size());
    }
    PairedBootstrap bootstrap = bootstraps.apply(users.size());
    Map<String, Map<String, Distribution>> pooled = new LinkedHashMap<>();
    Map<String, Map<String, Distribution>> byUser = new LinkedHashMap<>();
    for (String method : methods.keySet()) {
      pooled.put(method, new LinkedHashMap<>());
      byUser.put(method, new LinkedHashMap<>());
    }
    // In parallel, which changes no figure: a method's depend on no other method's.
    methods.entrySet().parallelStream()
        .forEach(
            method -> {
              UserSums sums =
                  new UserSums(measures, users.size(), selected, userOf, method.getValue());
              List<Distribution> all = bootstrap.pooled(sums);
              List<Distribution> means = bootstrap.byUser(sums);
              for (int m = 0; m < measures.size(); m++) {
                String name = measures.get(m).name();
                pooled.get(method.getKey()).put(name, all.get(m));
                if (measures.get(m).perUser()) {
                  byUser.get(method.getKey()).put(name, means.get(m));
                }
              }
            });
    return new Comparison(selected.length, users.size(), measures, pooled, byUser);
  }
}
