package io.hydra.infra.bench.heads;

import io.hydra.model.PersonalModel;
import io.hydra.model.base.Base;
import io.hydra.model.base.BaseTrainer;
import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A small base, trained as any other, on data made up from a seed. */
final class BenchBase {
  static final String CLOSED = "LaMP_2N";
  static final String OPEN = "LaMP_5";

  private static final int USERS = 24;
  private static final int ITEMS = 20;

  private BenchBase() {}

  static PersonalModel train(long seed) {
    TaskCatalogue catalogue = TaskCatalogue.shipped();
    MadeUp data = new MadeUp(seed);
    List<TaskData> training =
        List.of(CLOSED, OPEN).stream()
            .map(id -> catalogue.find(id).orElseThrow())
            .map(task -> new TaskData(task, data.users(task, USERS, ITEMS)))
            .toList();
    Base base =
        new BaseTrainer(null, new Samplers(new MadeUp(seed + 1)), seed, TrainingProgress.NONE)
            .train(training);
    return new PersonalModel("bench", base, catalogue);
  }

  /** Says something readable at once. */
  private record Samplers(MadeUp data) implements SampleSource {
    @Override
    public CompletableFuture<Optional<List<String>>> sample(
        TaskSpec task, List<ChatMessage> messages) {
      HistoryItem any = data.item(task);
      return CompletableFuture.completedFuture(Optional.of(data.samples(task, any)));
    }
  }
}
