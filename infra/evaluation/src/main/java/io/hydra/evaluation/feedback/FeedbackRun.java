package io.hydra.evaluation.feedback;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.method.Examples;
import io.hydra.evaluation.run.Asker;
import io.hydra.evaluation.run.EvaluationProgress;
import io.hydra.evaluation.run.Round;
import io.hydra.evaluation.run.RoundBase;
import io.hydra.evaluation.run.Settings;
import io.hydra.evaluation.run.Workers;
import io.hydra.llm.Llm;
import io.hydra.model.JudgedAnswer;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.Choice.ScoredCandidate;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.VerdictWeights;
import io.hydra.model.feature.Samples;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HistoryItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Serves simulated users: each response comes from the heads that what they did before makes of
 * them, as the trainer fits them. Who judges is learned from by verdicts alone, with a history that
 * stays empty; who writes, by interactions that name their query.
 *
 * @param settings of which methods and mode do not count
 * @param llm stays the caller's to close
 */
public record FeedbackRun(
    Settings settings, RoundBase bases, Llm llm, EvaluationProgress progress) {
  public FeedbackOutcome run(List<Round> rounds) {
    FeedbackOutcome outcome = new FeedbackOutcome(settings.task(), settings.seeds().size());
    Map<String, Object> facts = new LinkedHashMap<>();
    for (Round round : rounds) {
      for (long seed : settings.seeds()) {
        String name = round.name() + (settings.seeds().size() == 1 ? "" : ", seed " + seed);
        try (PersonalModel model = bases.train(round, seed, name, facts)) {
          Asker asker = new Asker(llm, round.llmModel(), settings.task(), seed);
          Workers.map(
                  users(round, seed),
                  settings.threads(),
                  name + ": simulated users",
                  progress,
                  user ->
                      user.temper().writes()
                          ? follow(user, seed, model, asker)
                          : serve(user, seed, model, asker))
              .forEach(outcome::add);
        }
      }
    }
    return outcome;
  }

  private List<SimulatedUser> users(Round round, long seed) {
    List<SimulatedUser> users = new ArrayList<>();
    for (LampUser user : round.measured()) {
      if (SimulatedUser.canBe(user, settings.task())) {
        for (Temper temper : Temper.values()) {
          users.add(new SimulatedUser(user, settings.task(), temper, seed));
        }
      }
    }
    return users;
  }

  private Served serve(SimulatedUser user, long seed, PersonalModel model, Asker asker) {
    TaskSpec task = settings.task();
    Served served = new Served(user, seed);
    List<JudgedAnswer> judged = new ArrayList<>();
    List<HistoryItem> wanted = new ArrayList<>();
    for (int r = 0; r < SimulatedUser.RESPONSES; r++) {
      String input = user.input(r);
      Reading reading = model.read(task, List.of(), input);
      List<String> samples = asker.samples(Prompt.plain(task, input)).join().texts();
      Learner learner = model.learner(task, settings.fit());
      learner.learn(List.of(), judged, VerdictWeights.DEFAULT);
      Heads heads = learner.heads(0);
      Choice choice = reading.choose(samples, heads);
      served.add(
          user.wanted(r),
          answers(reading, samples, heads, choice, usual(model, wanted)),
          choice.fellBack());
      wanted.add(new HistoryItem("r" + r, r, input, user.wanted(r)));
      judged.add(judge(model, user, r, input, choice));
    }
    return served;
  }

  private Served follow(SimulatedUser user, long seed, PersonalModel model, Asker asker) {
    TaskSpec task = settings.task();
    Served served = new Served(user, seed);
    Learner learner = model.learner(task, settings.fit());
    List<HistoryItem> written = new ArrayList<>();
    for (int r = 0; r < user.responses(); r++) {
      String input = user.input(r);
      Heads heads = learner.heads(r);
      Reading reading = model.read(task, learner, input);
      List<HistoryItem> items = reading.rank(heads).stream().map(RankedItem::item).toList();
      List<String> samples =
          user.hear(r, asker.samples(Prompt.personalized(task, items, input)).join().texts());
      Choice choice = reading.choose(samples, heads);
      served.add(
          user.wanted(r),
          answers(reading, samples, heads, choice, usual(model, written)),
          choice.fellBack());
      HistoryItem item = new HistoryItem("r" + r, r + 1, input, user.wanted(r));
      written.add(item);
      learner.learn(item, Samples.of(samples));
    }
    return served;
  }

  private String usual(PersonalModel model, List<HistoryItem> wanted) {
    TaskSpec task = settings.task();
    return task.isClosed()
        ? Examples.usualLabel(task, wanted, model.scorer(task).base().shares())
        : "";
  }

  /** The answer of each way to the same samples. */
  private Map<Way, String> answers(
      Reading reading, List<String> samples, Heads heads, Choice with, String usual) {
    Mixture own = heads.adapter();
    Heads always =
        new Heads(
            heads.historyVersion(),
            heads.verdicts(),
            new Mixture(own.examples(), own.populationLoss(), own.members()),
            heads.reranker());
    Map<Way, String> answers = new EnumMap<>(Way.class);
    answers.put(Way.WITHOUT, reading.choose(samples, Heads.NONE).text());
    answers.put(Way.PLAIN, Choice.plain(settings.task(), with.candidates()));
    answers.put(Way.USUAL, usual);
    answers.put(Way.ALWAYS, reading.choose(samples, always).text());
    answers.put(Way.WITH, with.text());
    return answers;
  }

  private JudgedAnswer judge(
      PersonalModel model, SimulatedUser user, int response, String input, Choice choice) {
    List<ShownCandidate> candidates = new ArrayList<>();
    int shown = -1;
    for (ScoredCandidate candidate : choice.candidates()) {
      if (candidate.text().equals(choice.text())) {
        shown = candidates.size();
      }
      candidates.add(
          new ShownCandidate(
              candidate.text(),
              candidate.probability(),
              candidate.samples(),
              candidate.expectedWords()));
    }
    String queryId = "q" + response;
    Instant shownAt = Instant.ofEpochMilli(2L * response);
    Exposure exposure =
        Exposure.newBuilder()
            .setQueryId(queryId)
            .setTenant("evaluation")
            .setUserId(user.id())
            .setTask(settings.task().id())
            .setAskedAt(shownAt)
            .setShownAt(shownAt)
            .setInput(input)
            .setShown(shown)
            .setCandidates(candidates)
            .setItems(List.of())
            .setHistoryVersion(0)
            .setBaseVersion(model.baseVersion())
            .setHeadVersion(0)
            .build();
    GivenVerdict verdict =
        new GivenVerdict(
            "v" + response, shownAt.plusMillis(1), user.judge(response, queryId, choice));
    return new JudgedAnswer(exposure, verdict);
  }

  /** The ways to answer that are compared. */
  enum Way {
    /** Plain sampling's answer. */
    PLAIN,
    /** δ = 0. */
    WITHOUT,
    /** Knows every earlier wish and always answers the most frequent one. */
    USUAL,
    /** The user's heads, never falling back to plain sampling. */
    ALWAYS,
    /** The user's heads, as they are served. */
    WITH;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One user's answers, in the order in which they were served. */
  static final class Served {
    private final SimulatedUser user;
    private final long seed;
    private final List<String> wanted = new ArrayList<>();
    private final Map<Way, List<String>> answers = new EnumMap<>(Way.class);
    private final List<Boolean> plain = new ArrayList<>();

    Served(SimulatedUser user, long seed) {
      this.user = user;
      this.seed = seed;
      for (Way way : Way.values()) {
        answers.put(way, new ArrayList<>());
      }
    }

    void add(String wantedText, Map<Way, String> texts, boolean servedPlain) {
      wanted.add(wantedText);
      texts.forEach((way, text) -> answers.get(way).add(text));
      plain.add(servedPlain);
    }

    SimulatedUser user() {
      return user;
    }

    long seed() {
      return seed;
    }

    List<String> wanted() {
      return wanted;
    }

    List<String> answers(Way way) {
      return answers.get(way);
    }

    /** Marks the answers of {@link Way#WITH} that fell back to plain sampling. */
    List<Boolean> plain() {
      return plain;
    }

    /** Marks the answers of {@link Way#WITH} that are plain sampling's. */
    List<Boolean> asPlain() {
      return IntStream.range(0, wanted.size())
          .mapToObj(r -> answers(Way.WITH).get(r).equals(answers(Way.PLAIN).get(r)))
          .toList();
    }
  }
}
