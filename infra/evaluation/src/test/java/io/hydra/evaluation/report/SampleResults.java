package io.hydra.evaluation.report;

import io.hydra.evaluation.result.Results;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up results in which each method is right with a known probability. */
final class SampleResults {
  private static final List<String> WORDS =
      List.of("how", "the", "small", "river", "town", "learned", "to", "love", "its", "trains");

  private SampleResults() {}

  /**
   * Every method with three seeds; a user's questions come after 0, 1, 2, ... items.
   *
   * @param rightness by method: the share of its answers that are gold
   */
  static Results of(TaskSpec task, Map<String, Double> rightness, int users, int perUser) {
    Random random = new Random(11);
    List<Question> questions = new ArrayList<>();
    for (int u = 0; u < users; u++) {
      for (int i = 0; i < perUser; i++) {
        questions.add(new Question("q" + u + "-" + i, "user" + u, i, answer(task, random)));
      }
    }
    List<Answers> answers = new ArrayList<>();
    rightness.forEach(
        (method, share) -> {
          for (long seed = 1; seed <= 3; seed++) {
            answers.add(answers(task, questions, method, share, seed, random));
          }
        });
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("questions", "all");
    facts.put("folds", 5);
    facts.put("llm", "simulated <local> & seeded");
    facts.put("seeds", List.of(1, 2, 3));
    return new Results(task, questions, answers, facts, Map.of());
  }

  private static Answers answers(
      TaskSpec task,
      List<Question> questions,
      String method,
      double share,
      long seed,
      Random random) {
    List<String> texts = new ArrayList<>();
    for (Question question : questions) {
      double learned = share + 0.03 * Math.log1p(question.seen());
      texts.add(random.nextDouble() < learned ? question.gold() : answer(task, random));
    }
    int calls = method.equals("usual-label") ? 0 : questions.size();
    return new Answers(
        method, seed, texts, new Usage(calls, 321L * calls, 12L * calls, 45L * calls));
  }

  private static String answer(TaskSpec task, Random random) {
    if (task.isClosed()) {
      return task.options().get(random.nextInt(task.options().size()));
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words);
  }
}
