package io.hydra.model.base;

import io.hydra.model.encoder.Encoder;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trains a base (HYDRA's stage 1): the encoder with a trunk per task, then the population heads.
 * Cross-fitted by user: heads meet the trunk's scores only on users that the trunk has not seen;
 * otherwise they would trust it too much. The trunk that is kept is trained on all of them. Every
 * item is asked with the user's strictly earlier items as history. Seeded: the same data give the
 * same base.
 */
public final class BaseTrainer {
  /** Where there are too few users to find out. */
  private static final int FEW_USERS_EPOCHS = 3;

  private final Encoder imported;
  private final SampleSource samples;
  private final long seed;
  private final TrainingProgress progress;

  /**
   * @param imported a frozen encoder, which the base then owns; null to train the built-in one
   */
  public BaseTrainer(Encoder imported, SampleSource samples, long seed, TrainingProgress progress) {
    this.imported = imported;
    this.samples = samples;
    this.seed = seed;
    this.progress = progress;
  }

  public Base train(Collection<TaskData> data) {
    Map<String, TaskData> tasks = new TreeMap<>();
    Map<String, UserSplit> splits = new TreeMap<>();
    for (TaskData task : data) {
      tasks.put(task.task().id(), task);
      splits.put(task.task().id(), UserSplit.of(task.users(), seed));
    }
    int folds = splits.values().stream().mapToInt(s -> s.folds().size()).max().orElse(1);
    List<Trunks> crossFitted = new ArrayList<>();
    Encoder frozen = imported == null ? null : new RememberedVectors(imported);
    try {
      int epochs = epochs(frozen, tasks, splits, folds);
      for (int f = 0; f < folds; f++) {
        int fold = f;
        crossFitted.add(
            Trunks.train(
                frozen,
                users(tasks, id -> splits.get(id).without(fold)),
                Map.of(),
                epochs,
                seed + f + 1,
                "trunk without fold " + (f + 1),
                progress));
      }
      Trunks kept =
          Trunks.train(
              frozen,
              users(tasks, id -> splits.get(id).all()),
              Map.of(),
              epochs,
              seed,
              "trunk",
              progress);
      Map<String, TaskBase> bases = new TreeMap<>();
      Map<String, Object> report = new TreeMap<>();
      tasks.forEach(
          (id, task) -> {
            PopulationTrainer trainer =
                new PopulationTrainer(task.task(), crossFitted, samples, seed, progress);
            TaskBase trained = trainer.train(kept.tasks().get(id), splits.get(id));
            bases.put(id, trained);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("users", splits.get(id).all().size());
            facts.put("heldBackUsers", splits.get(id).heldBack().size());
            facts.put("folds", splits.get(id).folds().size());
            facts.put("epochs", epochs);
            facts.putAll(trainer.facts());
            facts.putAll(
                HeldBack.measure(
                    new TaskScorer(task.task(), trained, kept.reader()),
                    splits.get(id).heldBack()));
            report.put(id, facts);
          });
      report.put("seed", seed);
      return new Base(imported == null ? kept.encoder() : imported, bases, report);
    } finally {
      crossFitted.forEach(Trunks::close);
    }
  }

  /**
   * How long to train: as was best, on average, for users that the trunk had not seen. The trunks
   * that tell it are thrown away: stopped where it suits these very users, they would look better
   * to the heads than any trunk is to new users.
   */
  private int epochs(
      Encoder frozen, Map<String, TaskData> tasks, Map<String, UserSplit> splits, int folds) {
    if (folds == 1) {
      return FEW_USERS_EPOCHS;
    }
    double sum = 0;
    for (int f = 0; f < folds; f++) {
      int fold = f;
      try (Trunks trial =
          Trunks.train(
              frozen,
              users(tasks, id -> splits.get(id).without(fold)),
              users(tasks, id -> splits.get(id).leftOut(fold)),
              Trunks.MAX_EPOCHS,
              seed + f + 1,
              "epochs, trial " + (f + 1),
              progress)) {
        sum += trial.epochs();
      }
    }
    return (int) Math.round(sum / folds);
  }

  private interface UsersOf {
    List<List<HistoryItem>> of(String task);
  }

  private static Map<String, TaskData> users(Map<String, TaskData> tasks, UsersOf users) {
    Map<String, TaskData> chosen = new TreeMap<>();
    tasks.forEach((id, task) -> chosen.put(id, new TaskData(task.task(), users.of(id))));
    return chosen;
  }
}
