package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.method.Method;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.evaluation.run.PaperRun.PaperUser;
import io.hydra.evaluation.run.UserRun.UserAnswers;
import io.hydra.llm.Llm;
import io.hydra.model.PersonalModel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Trains each round's base and asks its users, for each seed. The result is a function of the data,
 * the settings and the LLM's answers, not of the number of threads.
 *
 * @param llm stays the caller's to close
 */
public record Evaluation(Settings settings, RoundBase bases, Llm llm, EvaluationProgress progress) {
  /**
   * The questions and their answers.
   *
   * @param bases the training data of each base, by round and seed
   */
  public record Outcome(
      List<Question> questions, List<Answers> answers, Map<String, Object> bases) {}

  public Outcome run(List<Round> rounds) {
    List<Question> questions = new ArrayList<>();
    List<Answers> answers = new ArrayList<>();
    Map<String, Object> facts = new LinkedHashMap<>();
    for (long seed : settings.seeds()) {
      List<UserAnswers> users = new ArrayList<>();
      for (Round round : rounds) {
        String name = round.name() + (settings.seeds().size() == 1 ? "" : ", seed " + seed);
        try (PersonalModel model = bases.train(round, seed, name, facts)) {
          List<UserAnswers> asked = ask(round, seed, name, model);
          if (settings.methods().contains(Method.HYDRA_PAPER)) {
            addPaper(asked, new PaperRun(model, settings, llm, progress).run(round, seed, name));
          }
          users.addAll(asked);
        }
      }
      if (questions.isEmpty()) {
        users.forEach(u -> questions.addAll(u.questions()));
      }
      answers.addAll(collect(users, seed));
    }
    return new Outcome(questions, answers, facts);
  }

  private List<UserAnswers> ask(Round round, long seed, String name, PersonalModel model) {
    Asker asker = new Asker(llm, round.llmModel(), settings.task(), seed);
    List<LampUser> users = round.measured();
    return Workers.map(
        IntStream.range(0, users.size()).boxed().toList(),
        settings.threads(),
        name + ": users",
        progress,
        u ->
            new UserRun(model, asker, settings, seed)
                .run(users.get(u), users.get((u + 1) % users.size())));
  }

  private static void addPaper(List<UserAnswers> users, List<PaperUser> paper) {
    for (int u = 0; u < users.size(); u++) {
      users.get(u).answerAll(Method.HYDRA_PAPER, paper.get(u).answers(), paper.get(u).usage());
    }
  }

  private List<Answers> collect(List<UserAnswers> users, long seed) {
    Map<Method, List<String>> texts = new EnumMap<>(Method.class);
    Map<Method, Usage> usage = new EnumMap<>(Method.class);
    for (UserAnswers user : users) {
      for (Method method : settings.methods()) {
        texts.computeIfAbsent(method, m -> new ArrayList<>()).addAll(user.texts(method));
        usage.merge(method, user.usage(method), Usage::plus);
      }
    }
    List<Answers> answers = new ArrayList<>();
    texts.forEach(
        (method, all) -> answers.add(new Answers(method.id(), seed, all, usage.get(method))));
    return answers;
  }
}
