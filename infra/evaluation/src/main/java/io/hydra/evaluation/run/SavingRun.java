package io.hydra.evaluation.run;

import io.hydra.evaluation.result.Results.Usage;
import io.hydra.evaluation.run.Asker.Reply;
import io.hydra.model.AskingRule;
import io.hydra.model.Certainty;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.base.Decision;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;

/**
 * One user of a closed task who is served with as few calls as {@link AskingRule} allows. Learns
 * from what was really asked alone, so it has a learner of its own.
 */
final class SavingRun {
  private final PersonalModel model;
  private final TaskSpec task;
  private final Asker asker;
  private final Learner learner;
  private final AskingRule rule;
  private Certainty certainty;
  private String answer;
  private Samples samples = Samples.MISSING;

  SavingRun(PersonalModel model, TaskSpec task, Asker asker, FitSettings settings, long seed) {
    this.model = model;
    this.task = task;
    this.asker = asker;
    this.learner = model.learner(task, settings);
    this.rule =
        new AskingRule(model.scorer(task).base().asking(), AskingRule.Settings.DEFAULT, seed);
  }

  /** The answer, and what it cost; to be followed by what the user wanted. */
  Reply ask(String input) {
    Heads heads = learner.heads(learner.size());
    Reading reading = model.read(task, learner, input);
    certainty = reading.certainty(heads).orElse(null);
    if (certainty != null && !rule.asks(certainty)) {
      answer = certainty.answer();
      return new Reply(List.of(answer), Usage.NONE);
    }
    List<HistoryItem> used = reading.rank(heads).stream().map(RankedItem::item).toList();
    Reply said = asker.samples(Prompt.personalized(task, used, input)).join();
    samples = Samples.of(said.texts());
    answer = reading.choose(said.texts(), heads).text();
    return new Reply(List.of(answer), said.usage());
  }

  void learn(HistoryItem item) {
    int wanted = task.indexOf(item.output());
    if (certainty != null && wanted >= 0) {
      int alone = task.indexOf(certainty.answer());
      rule.learn(certainty, alone == wanted);
      if (!samples.isMissing()) {
        double saved =
            Decision.loss(task, alone, wanted) - Decision.loss(task, task.indexOf(answer), wanted);
        rule.compare(certainty, saved);
      }
    }
    learner.learn(item, samples);
    certainty = null;
    samples = Samples.MISSING;
  }
}
