package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.paper.PaperConfig;
import io.hydra.evaluation.paper.PaperHeads;
import io.hydra.evaluation.paper.PaperRow;
import io.hydra.evaluation.paper.PaperRows;
import io.hydra.evaluation.paper.PaperScorer;
import io.hydra.llm.Llm;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * hydra-paper: stage 1 on the round's training users, then fresh heads for the measured users,
 * fitted anew each time a history has grown by half. Fitting after every item would be kinder to it
 * by less than half a history, at the price of a training run per item.
 */
final class PaperRun {
  /** The paper's number of training users. */
  private static final int TRAINING_USERS = 100;

  private final PersonalModel model;
  private final Settings settings;
  private final Llm llm;
  private final EvaluationProgress progress;

  PaperRun(PersonalModel model, Settings settings, Llm llm, EvaluationProgress progress) {
    this.model = model;
    this.settings = settings;
    this.llm = llm;
    this.progress = progress;
  }

  /**
   * @return the measured users with their answers, in the round's order
   */
  List<PaperUser> run(Round round, long seed, String name) {
    TaskSpec task = settings.task();
    TaskScorer scorer = model.scorer(task);
    PaperRows rows = new PaperRows(task, model.encoder());
    Asker asker = new Asker(llm, round.llmModel(), task, seed);
    List<LampUser> training = new ArrayList<>(round.base());
    Collections.shuffle(training, new Random(seed));
    List<PaperUser> teachers =
        training.subList(0, Math.min(TRAINING_USERS, training.size())).stream()
            .map(u -> new PaperUser(task, scorer, asker, rows, u, QuestionMode.ALL))
            .toList();
    List<List<PaperRow>> adapterRows = adapterRows(teachers, seed, name);
    List<List<PaperRow>> rerankerRows =
        teachers.stream().map(u -> u.rerankerRows(u.known(Integer.MAX_VALUE))).toList();
    List<PaperUser> users =
        round.measured().stream()
            .map(u -> new PaperUser(task, scorer, asker, rows, u, settings.mode()))
            .toList();
    int dimensions = model.encoder().dimensions();
    PaperConfig config = PaperConfig.DEFAULT;
    try (PaperScorer adapter =
            PaperScorer.train(config, dimensions, task.options().size(), adapterRows, seed);
        PaperScorer reranker = PaperScorer.train(config, dimensions, 0, rerankerRows, seed)) {
      int from = 0;
      int longest = round.measured().stream().mapToInt(u -> u.profile().size()).max().orElse(0);
      while (from <= longest) {
        int to = Math.max(from + 1, from + from / 2);
        answer(users, from, to, reranker, adapter, seed, name);
        from = to;
      }
    }
    return users;
  }

  /** The base's budget of calls, spent on items drawn from all teachers alike. */
  private List<List<PaperRow>> adapterRows(List<PaperUser> teachers, long seed, String name) {
    record Place(int user, int item) {}
    List<Place> places = new ArrayList<>();
    for (int u = 0; u < teachers.size(); u++) {
      for (int i : teachers.get(u).questions(0, Integer.MAX_VALUE)) {
        places.add(new Place(u, i));
      }
    }
    Collections.shuffle(places, new Random(seed));
    Map<Integer, List<Integer>> items = new TreeMap<>();
    for (Place place : places.subList(0, Math.min(settings.baseCalls(), places.size()))) {
      items.computeIfAbsent(place.user(), u -> new ArrayList<>()).add(place.item());
    }
    return Workers.map(
        List.copyOf(items.keySet()),
        settings.threads(),
        name + ": paper: training users",
        progress,
        u -> teachers.get(u).adapterRows(items.get(u)));
  }

  private void answer(
      List<PaperUser> users,
      int from,
      int to,
      PaperScorer reranker,
      PaperScorer adapter,
      long seed,
      String name) {
    List<PaperUser> asked = users.stream().filter(u -> !u.questions(from, to).isEmpty()).toList();
    if (asked.isEmpty()) {
      return;
    }
    List<String> keys = asked.stream().map(PaperUser::id).toList();
    String stage = "%s: paper: heads of %d to %d items".formatted(name, from, to - 1);
    List<List<PaperRow>> adapterRows =
        Workers.map(
            asked,
            settings.threads(),
            stage + ", rows",
            EvaluationProgress.NONE,
            u -> u.adapterRows(u.known(from)));
    PaperHeads adapterHeads = adapter.fit(adapterRows, keys, seed);
    PaperHeads rerankerHeads =
        reranker.fit(asked.stream().map(u -> u.rerankerRows(u.known(from))).toList(), keys, seed);
    List<Integer> places = new ArrayList<>();
    for (int p = 0; p < asked.size(); p++) {
      places.add(p);
    }
    List<Integer> unused =
        Workers.map(
            places,
            settings.threads(),
            stage,
            progress,
            p -> {
              for (int question : asked.get(p).questions(from, to)) {
                asked.get(p).answer(question, reranker, rerankerHeads, adapter, adapterHeads, p);
              }
              return p;
            });
  }
}
