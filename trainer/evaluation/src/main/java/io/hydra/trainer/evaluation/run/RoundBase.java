package io.hydra.trainer.evaluation.run;

import io.hydra.model.PersonalModel;
import io.hydra.model.base.Base;
import io.hydra.model.base.BaseTrainer;
import io.hydra.model.base.TaskData;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.lamp.LampUser;
import io.hydra.trainer.llm.BudgetedSamples;
import io.hydra.trainer.llm.Chat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Trains a round's base. */
public final class RoundBase {
  private final TaskSpec task;
  private final TaskCatalogue tasks;
  private final Chat chat;
  private final int baseCalls;
  private final EvaluationProgress progress;

  /**
   * @param baseCalls LLM calls that teach a base how far to trust the samples
   */
  public RoundBase(
      TaskSpec task, TaskCatalogue tasks, Chat chat, int baseCalls, EvaluationProgress progress) {
    this.task = task;
    this.tasks = tasks;
    this.chat = chat;
    this.baseCalls = baseCalls;
    this.progress = progress;
  }

  /**
   * @param name of round and seed, for progress and reports
   * @param facts takes what the base was trained on, under {@code name}
   */
  public PersonalModel train(Round round, long seed, String name, Map<String, Object> facts) {
    TaskData data = new TaskData(task, round.base().stream().map(LampUser::profile).toList());
    BudgetedSamples samples =
        new BudgetedSamples(chat, round.llmModel(), baseCalls, OptionalLong.of(seed));
    Base base =
        new BaseTrainer(
                null,
                samples,
                seed,
                (stage, done, of, detail) -> progress.step(name + ": base: " + stage, done, of))
            .train(List.of(data));
    facts.put(name, base.report().get(task.id()));
    return new PersonalModel(name, base, tasks);
  }
}
