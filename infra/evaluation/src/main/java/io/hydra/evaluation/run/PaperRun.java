package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.paper.PaperConfig;
import io.hydra.evaluation.paper.PaperRow;
import io.hydra.evaluation.paper.PaperRows;
import io.hydra.evaluation.paper.PaperRows.Asked;
import io.hydra.evaluation.paper.PaperRows.Retrieved;
import io.hydra.evaluation.paper.PaperScorer;
import io.hydra.evaluation.paper.PaperScorer.Head;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.evaluation.run.Asker.Reply;
import io.hydra.evaluation.run.Settings.QuestionMode;
import io.hydra.llm.Llm;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * hydra-paper: stage 1 on the round's training users, then fresh heads for the measured users,
 * fitted again each time a history has grown by half. Fitting after every item would be kinder to
 * it by less than half a history, at the price of a training run per item.
 */
record PaperRun(PersonalModel model, Settings settings, Llm llm, EvaluationProgress progress) {
  /** The paper's number of training users. */
  private static final int TRAINING_USERS = 100;

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
    int dimensions = model.encoder().dimensions();
    PaperConfig config = PaperConfig.DEFAULT;
    PaperScorer adapter =
        PaperScorer.train(config, dimensions, task.options().size(), adapterRows, seed);
    PaperScorer reranker = PaperScorer.train(config, dimensions, 0, rerankerRows, seed);
    return Workers.map(
        round.measured(),
        settings.threads(),
        name + ": paper: users",
        progress,
        u -> {
          PaperUser user = new PaperUser(task, scorer, asker, rows, u, settings.mode());
          user.answer(reranker, adapter, seed);
          return user;
        });
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

  /**
   * One user under the paper's method: what its heads are fitted on, and how it answers. Items are
   * told by their index; the question of LaMP's own kind stands behind the last one.
   */
  static final class PaperUser {
    /** Newest items that heads are fitted on. */
    private static final int MAX_ITEMS = 128;

    /** The paper's M: pseudo-queries per user, and neighbours of each. */
    private static final int PSEUDO_QUERIES = 10;

    private final TaskSpec task;
    private final TaskScorer scorer;
    private final Asker asker;
    private final PaperRows rows;
    private final LampUser user;
    private final QuestionMode mode;
    private final Timeline timeline;
    private final Map<Integer, List<String>> samples = new TreeMap<>();
    private final Map<Integer, String> answers = new TreeMap<>();
    private Usage usage = Usage.NONE;

    PaperUser(
        TaskSpec task,
        TaskScorer scorer,
        Asker asker,
        PaperRows rows,
        LampUser user,
        QuestionMode mode) {
      this.task = task;
      this.scorer = scorer;
      this.asker = asker;
      this.rows = rows;
      this.user = user;
      this.mode = mode;
      this.timeline = scorer.timeline();
      timeline.append(user.profile());
    }

    List<String> answers() {
      return List.copyOf(answers.values());
    }

    Usage usage() {
      return usage;
    }

    /** Questions from {@code from} on and before {@code to}. */
    List<Integer> questions(int from, int to) {
      int last = mode == QuestionMode.LAMP ? timeline.size() : timeline.size() - 1;
      int first = Math.max(from, mode.firstAsked(timeline.size()));
      return IntStream.rangeClosed(first, Math.min(last, to - 1)).boxed().toList();
    }

    /** Most items that heads are fitted on which answer questions from {@code from} on. */
    int known(int from) {
      return Math.min(timeline.size(), Math.max(from, mode.firstAsked(timeline.size())));
    }

    /** Rows of the adapter from the items before {@code known}. */
    List<PaperRow> adapterRows(int known) {
      return adapterRows(IntStream.range(Math.max(0, known - MAX_ITEMS), known).boxed().toList());
    }

    /** Rows of the adapter from some of the items; asks the LLM where it must. */
    List<PaperRow> adapterRows(List<Integer> items) {
      List<Asked> asked = new ArrayList<>();
      for (int i : items) {
        if (!samples.containsKey(i)) {
          Situation situation = timeline.before(i);
          Reply reply = ask(situation, scorer.retrieve(situation));
          samples.put(i, reply.texts());
        }
        HistoryItem item = timeline.item(i);
        List<String> read = samples.get(i).stream().filter(s -> !s.isEmpty()).toList();
        asked.add(new Asked(item.input(), item.output(), read));
      }
      return rows.adapter(asked);
    }

    /** Rows of the reranker from the items before {@code known}. */
    List<PaperRow> rerankerRows(int known) {
      List<Retrieved> pseudoQueries = new ArrayList<>();
      for (int i = Math.max(1, known - PSEUDO_QUERIES); i < known; i++) {
        HistoryItem item = timeline.item(i);
        List<HistoryItem> neighbours =
            scorer.retrieve(timeline.before(i)).stream().map(timeline::item).toList();
        pseudoQueries.add(new Retrieved(item.input(), item.output(), neighbours));
      }
      return rows.reranker(pseudoQueries);
    }

    /** Answers all questions, each with heads fitted on items before it alone. */
    void answer(PaperScorer reranker, PaperScorer adapter, long seed) {
      int to;
      for (int from = 0; from <= timeline.size(); from = to) {
        to = Math.max(from + 1, from + from / 2);
        List<Integer> questions = questions(from, to);
        if (!questions.isEmpty()) {
          Head useful = reranker.fit(rerankerRows(known(from)), user.id(), seed);
          Head chosen = adapter.fit(adapterRows(known(from)), user.id(), seed);
          questions.forEach(question -> answer(question, useful, chosen));
        }
      }
    }

    private void answer(int question, Head reranker, Head adapter) {
      Situation situation =
          question == timeline.size() ? timeline.query(user.question()) : timeline.before(question);
      List<Integer> retrieved = scorer.retrieve(situation);
      if (retrieved.isEmpty()) {
        // Without a history there is no head: the paper cannot serve this user, the LLM answers.
        Reply reply = asker.one(Prompt.plain(task, situation.query().text()).messages()).join();
        usage = usage.plus(reply.usage());
        answers.put(question, reply.first());
        return;
      }
      String query = situation.query().text();
      List<HistoryItem> items = retrieved.stream().map(timeline::item).toList();
      double[] useful = reranker.scores(rows.items(query, items));
      List<Integer> ranked =
          IntStream.range(0, useful.length)
              .boxed()
              .sorted(Comparator.comparingDouble(r -> -useful[r]))
              .map(retrieved::get)
              .toList();
      List<String> said = ask(situation, ranked).texts();
      samples.put(question, said);
      List<String> read = said.stream().filter(s -> !s.isEmpty()).distinct().toList();
      if (read.isEmpty()) {
        answers.put(question, "");
        return;
      }
      double[] scores = adapter.scores(rows.candidates(query, read));
      int best = 0;
      for (int c = 1; c < scores.length; c++) {
        best = scores[c] > scores[best] ? c : best;
      }
      answers.put(question, read.get(best));
    }

    private Reply ask(Situation situation, List<Integer> ranked) {
      List<HistoryItem> used =
          ranked.stream().limit(task.used()).map(situation.past()::get).toList();
      Reply reply = asker.samples(Prompt.personalized(task, used, situation.query().text())).join();
      usage = usage.plus(reply.usage());
      return reply;
    }
  }
}
