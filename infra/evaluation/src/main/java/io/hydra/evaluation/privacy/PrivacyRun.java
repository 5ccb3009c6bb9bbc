package io.hydra.evaluation.privacy;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.run.EvaluationProgress;
import io.hydra.evaluation.run.Round;
import io.hydra.evaluation.run.RoundBase;
import io.hydra.evaluation.run.Settings;
import io.hydra.evaluation.run.Settings.QuestionMode;
import io.hydra.evaluation.run.Workers;
import io.hydra.model.DeviceHead;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.head.Privacy;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Exports users' heads of a closed task with and without noise, chooses with them as a device does,
 * without an LLM, and tries to tell from them which events were in the histories.
 *
 * <p>Two try. One <em>knows all</em>: the base, the whole history but whether the event is in it,
 * and so both heads that there can be; the guess is the ratio of their likelihoods. The other
 * <em>knows the event</em> alone, and guesses by how much likelier the head makes it than the
 * population's does.
 *
 * @param settings of which the methods do not count
 */
public record PrivacyRun(Settings settings, RoundBase bases, EvaluationProgress progress) {
  /** Exports of each head, each with noise of its own. */
  private static final int DRAWS = 5;

  /** Events of each user that are looked for. */
  private static final int EVENTS = 5;

  /**
   * @throws IllegalArgumentException if the task is not closed
   */
  public PrivacyOutcome run(List<Round> rounds) {
    PrivacyOutcome outcome = new PrivacyOutcome(settings.task());
    Map<String, Object> facts = new LinkedHashMap<>();
    for (Round round : rounds) {
      for (long seed : settings.seeds()) {
        String name = round.name() + (settings.seeds().size() == 1 ? "" : ", seed " + seed);
        try (PersonalModel model = bases.train(round, seed, name, facts)) {
          Workers.map(
                  round.measured(),
                  settings.threads(),
                  name + ": exports",
                  progress,
                  user -> new UserExports(user, model, seed).run())
              .forEach(outcome::add);
        }
      }
    }
    return outcome;
  }

  /** One user's exports. */
  private final class UserExports {
    private final LampUser user;
    private final PersonalModel model;
    private final TaskSpec task = settings.task();
    private final PrivacyOutcome outcome = new PrivacyOutcome(task);
    private final Random random;

    UserExports(LampUser user, PersonalModel model, long seed) {
      this.user = user;
      this.model = model;
      this.random = new Random(seed * 31 + user.id().hashCode());
    }

    PrivacyOutcome run() {
      List<HistoryItem> items = user.profile();
      Learner learner = model.learner(task, settings.fit());
      int firstAsked = settings.mode().firstAsked(items.size());
      for (int i = 0; i < items.size(); i++) {
        if (i >= firstAsked) {
          choose(i, learner, items.get(i).input(), items.get(i).output());
        }
        learner.learn(items.get(i), Samples.MISSING);
      }
      if (settings.mode() == QuestionMode.LAMP) {
        choose(items.size(), learner, user.question(), user.gold());
      }
      List<Integer> newest =
          new ArrayList<>(
              IntStream.range(Math.max(0, items.size() - settings.fit().replay()), items.size())
                  .boxed()
                  .toList());
      Collections.shuffle(newest, random);
      Mixture with = learner.heads(0).adapter();
      newest.stream().limit(EVENTS).forEach(event -> attack(event, with));
      return outcome;
    }

    private void choose(int place, Learner learner, String input, String gold) {
      Situation situation = learner.query(input);
      DeviceHead head = head(situation, learner.heads(0).adapter());
      DeviceHead population = head(situation, Mixture.NONE);
      for (int draw = 0; draw < DRAWS; draw++) {
        Map<Export, String> answers = new LinkedHashMap<>();
        for (Export export : Export.values()) {
          DeviceHead exported = export.of(head, population, random);
          answers.put(export, exported.choose(situation, List.of()).text());
        }
        outcome.answer(user.id(), place, gold, answers);
      }
    }

    private void attack(int event, Mixture with) {
      HistoryItem item = user.profile().get(event);
      if (task.indexOf(item.output()) < 0) {
        return;
      }
      Learner others = model.learner(task, settings.fit());
      for (HistoryItem other : user.profile()) {
        if (other != item) {
          others.learn(other, Samples.MISSING);
        }
      }
      Situation alone = model.learner(task, settings.fit()).query(item.input());
      DeviceHead in = head(alone, with);
      DeviceHead out = head(alone, others.heads(0).adapter());
      DeviceHead population = head(alone, Mixture.NONE);
      double[] deltaIn = Privacy.clipped(in.own(), in.adapter().length);
      double[] deltaOut = Privacy.clipped(out.own(), in.adapter().length);
      double known = logBelief(population, alone, item);
      for (int draw = 0; draw < DRAWS; draw++) {
        for (Export export : Export.values()) {
          outcome.guessKnowingAll(
              export,
              ratio(export, deltaIn, deltaIn, deltaOut),
              ratio(export, deltaOut, deltaIn, deltaOut));
          outcome.guessKnowingTheEvent(
              export,
              logBelief(export.of(in, population, random), alone, item) - known,
              logBelief(export.of(out, population, random), alone, item) - known);
        }
      }
    }

    /** The log of the ratio of the likelihoods of what was exported; its sign without noise. */
    private double ratio(Export export, double[] delta, double[] in, double[] out) {
      if (export == Export.POPULATION) {
        return 0;
      }
      double deviation = export.privacy().deviation();
      double[] released = export.privacy().addNoise(delta, random);
      double ratio = 0;
      for (int i = 0; i < released.length; i++) {
        ratio += (released[i] - (in[i] + out[i]) / 2) * (in[i] - out[i]);
      }
      return deviation == 0 ? Math.signum(ratio) : ratio / (deviation * deviation);
    }

    private double logBelief(DeviceHead head, Situation situation, HistoryItem item) {
      String output = task.options().get(task.indexOf(item.output()));
      return head.choose(situation, List.of()).candidates().stream()
          .filter(candidate -> candidate.text().equals(output))
          .mapToDouble(candidate -> Math.log(candidate.probability()))
          .findFirst()
          .orElseThrow();
    }

    private DeviceHead head(Situation situation, Mixture own) {
      return DeviceHead.of(
          new BaseFiles.Part(
              model.baseVersion(), task, model.scorer(task).base(), situation.meaning() != null),
          own);
    }
  }
}
