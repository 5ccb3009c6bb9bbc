package io.hydra.evaluation.run;

import io.hydra.evaluation.result.Results.Usage;
import io.hydra.evaluation.run.Asker.Reply;
import io.hydra.model.CallSaving;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.Optional;

/**
 * One user of a closed task who is served without a call wherever {@link CallSaving} needs none.
 * Learns from what was really asked alone, so it has a learner of its own.
 */
final class SavingRun {
  private final PersonalModel model;
  private final TaskSpec task;
  private final Asker asker;
  private final Learner learner;
  private final CallSaving saving;
  private Samples samples = Samples.MISSING;

  SavingRun(
      PersonalModel model, TaskSpec task, Asker asker, FitSettings settings, CallSaving saving) {
    this.model = model;
    this.task = task;
    this.asker = asker;
    this.learner = model.learner(task, settings);
    this.saving = saving;
  }

  /** The answer, and what it cost; to be followed by what the user wanted. */
  Reply ask(String questionId, String input) {
    Heads heads = heads();
    Reading reading = model.read(task, learner, input);
    Optional<Choice> unasked = saving.answer(task, reading, heads, questionId);
    if (unasked.isPresent()) {
      return new Reply(List.of(unasked.get().text()), Usage.NONE);
    }
    List<HistoryItem> used = reading.rank(heads).stream().map(RankedItem::item).toList();
    Reply said = asker.samples(Prompt.personalized(task, used, input)).join();
    samples = Samples.of(said.texts());
    return new Reply(List.of(reading.choose(said.texts(), heads).text()), said.usage());
  }

  Heads heads() {
    return learner.heads(learner.size());
  }

  void learn(HistoryItem item) {
    learner.learn(item, samples);
    samples = Samples.MISSING;
  }
}
