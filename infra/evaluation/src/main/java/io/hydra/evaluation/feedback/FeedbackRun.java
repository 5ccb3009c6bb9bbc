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
import io.hydra.model.VerdictWeights;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Serves simulated users who never write, and learns from their verdicts alone: each response comes
 * from the heads that the verdicts before it make, as the trainer fits them.
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
                  user -> serve(user, seed, model, asker))
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
      List<String> samples =
          asker.samples(Prompt.personalized(task, List.of(), input).messages()).join().texts();
      Learner learner = model.learner(task, settings.fit());
      learner.learn(List.of(), judged, VerdictWeights.DEFAULT);
      Choice choice = reading.choose(samples, learner.heads(0));
      String usual =
          task.isClosed()
              ? Examples.usualLabel(task, wanted, model.scorer(task).base().shares())
              : "";
      served.add(user.wanted(r), reading.choose(samples, Heads.NONE).text(), choice.text(), usual);
      wanted.add(new HistoryItem("r" + r, r, input, user.wanted(r)));
      judged.add(judge(model, user, r, input, choice));
    }
    return served;
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
          new ShownCandidate(candidate.text(), candidate.probability(), candidate.samples()));
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

  /** One user's answers, in the order in which they were served. */
  static final class Served {
    private final SimulatedUser user;
    private final long seed;
    private final List<String> wanted = new ArrayList<>();
    private final List<String> without = new ArrayList<>();
    private final List<String> with = new ArrayList<>();
    private final List<String> usual = new ArrayList<>();

    Served(SimulatedUser user, long seed) {
      this.user = user;
      this.seed = seed;
    }

    void add(String wantedText, String withoutText, String withText, String usualText) {
      wanted.add(wantedText);
      without.add(withoutText);
      with.add(withText);
      usual.add(usualText);
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

    List<String> without() {
      return without;
    }

    List<String> with() {
      return with;
    }

    List<String> usual() {
      return usual;
    }
  }
}
