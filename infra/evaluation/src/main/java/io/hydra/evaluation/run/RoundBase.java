package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.llm.BudgetedSamples;
import io.hydra.llm.Llm;
import io.hydra.model.PersonalModel;
import io.hydra.model.base.Base;
import io.hydra.model.base.BaseTrainer;
import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Trains a round's base.
 *
 * @param pretrained an encoder of meaning for all rounds; null for none
 * @param baseCalls LLM calls that teach a base how far to trust the samples
 */
public record RoundBase(
    TaskSpec task,
    TaskCatalogue tasks,
    CachedEncoder pretrained,
    Llm llm,
    int baseCalls,
    EvaluationProgress progress) {
  /**
   * @param name of round and seed, for progress and reports
   * @param facts takes what the base was trained on, under {@code name}
   */
  public PersonalModel train(Round round, long seed, String name, Map<String, Object> facts) {
    TaskData data = new TaskData(task, round.base().stream().map(LampUser::profile).toList());
    BudgetedSamples samples =
        new BudgetedSamples(llm, round.llmModel(), baseCalls, OptionalLong.of(seed));
    Base base =
        new BaseTrainer(
                pretrained,
                samples,
                seed,
                (stage, done, of, detail) -> progress.step(name + ": base: " + stage, done, of))
            .train(List.of(data));
    facts.put(name, base.report().get(task.id()));
    return new PersonalModel(name, base, tasks);
  }
}
