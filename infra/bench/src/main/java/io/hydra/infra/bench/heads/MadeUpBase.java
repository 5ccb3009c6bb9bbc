package io.hydra.infra.bench.heads;

import io.hydra.model.base.Base;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.base.BaseTrainer;
import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.task.TaskCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A small base, trained as any other, on data made up from a seed. */
public final class MadeUpBase {
  private static final int USERS = 24;
  private static final int ITEMS = 20;

  private MadeUpBase() {}

  /** Writes such a base of one task for programs to load; returns its version. */
  public static String write(String task, long seed, Path folder) throws IOException {
    try (Base base = train(List.of(task), seed)) {
      return BaseFiles.write(base, TaskCatalogue.shipped(), folder);
    }
  }

  /**
   * @param tasks of the shipped catalogue
   */
  public static Base train(List<String> tasks, long seed) {
    TaskCatalogue catalogue = TaskCatalogue.shipped();
    MadeUp users = new MadeUp(seed);
    List<TaskData> training =
        tasks.stream()
            .map(id -> catalogue.find(id).orElseThrow())
            .map(task -> new TaskData(task, users.users(task, USERS, ITEMS)))
            .toList();
    MadeUp llm = new MadeUp(seed + 1);
    SampleSource samples =
        (task, messages) ->
            CompletableFuture.completedFuture(Optional.of(llm.samples(task, llm.item(task))));
    return new BaseTrainer(null, samples, seed, TrainingProgress.NONE).train(training);
  }
}
