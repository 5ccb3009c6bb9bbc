package io.hydra.model.base;

import io.hydra.model.base.Trunks.RememberedVectors;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.Example;
import io.hydra.model.head.Softmax;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

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

  /**
   * Training users of one task.
   *
   * @param users each user's items, oldest first
   */
  public record TaskData(TaskSpec task, List<List<HistoryItem>> users) {
    public TaskData {
      users = users.stream().map(List::copyOf).toList();
    }
  }

  /** Told what base training is at; safe to ignore. */
  @FunctionalInterface
  public interface TrainingProgress {
    TrainingProgress NONE = (stage, done, of, detail) -> {};

    /**
     * @param stage what is being done, the same text for all of its steps
     * @param done steps done, 1 to {@code of}
     * @param detail what the step showed, for people; may be empty
     */
    void step(String stage, int done, int of, String detail);
  }

  /** The source of the LLM's samples in base training, if it may ask one at all. */
  public interface SampleSource {
    /** Asks nobody: everything is learned from the data alone. */
    SampleSource NONE = (task, messages) -> CompletableFuture.completedFuture(Optional.empty());

    /**
     * Asks without waiting for the answer; many may be under way at once.
     *
     * @return the task's number of samples as the LLM wrote them; empty if there are none to be had
     */
    CompletableFuture<Optional<List<String>>> sample(TaskSpec task, List<ChatMessage> messages);
  }

  /**
   * The parts that a task's training users take.
   *
   * @param folds of the users that are learned from; each fold's heads meet trunks that the others
   *     taught. A single fold if there are too few users: then everybody teaches everything
   * @param heldBack are only measured on; none if there are too few users
   */
  record UserSplit(List<List<List<HistoryItem>>> folds, List<List<HistoryItem>> heldBack) {
    private static final int FOLDS = 3;
    private static final double HELD_BACK = 0.1;
    private static final int FEWEST = 3 * FOLDS;

    static UserSplit of(List<List<HistoryItem>> users, long seed) {
      if (users.size() < FEWEST) {
        return new UserSplit(List.of(users), List.of());
      }
      List<List<HistoryItem>> shuffled = new ArrayList<>(users);
      Collections.shuffle(shuffled, new Random(seed));
      int heldBack = (int) Math.ceil(shuffled.size() * HELD_BACK);
      List<List<List<HistoryItem>>> folds = new ArrayList<>();
      for (int f = 0; f < FOLDS; f++) {
        List<List<HistoryItem>> fold = new ArrayList<>();
        for (int u = heldBack + f; u < shuffled.size(); u += FOLDS) {
          fold.add(shuffled.get(u));
        }
        folds.add(fold);
      }
      return new UserSplit(folds, shuffled.subList(0, heldBack));
    }

    List<List<HistoryItem>> all() {
      return folds.stream().flatMap(List::stream).toList();
    }

    /** The fold that {@link #without} leaves out; nobody if it is the only one. */
    List<List<HistoryItem>> leftOut(int fold) {
      return folds.size() == 1 ? List.of() : folds.get(fold);
    }

    /** Everybody but one fold; the fold itself if it is the only one. */
    List<List<HistoryItem>> without(int fold) {
      if (folds.size() == 1) {
        return folds.get(0);
      }
      List<List<HistoryItem>> others = new ArrayList<>();
      for (int f = 0; f < folds.size(); f++) {
        if (f != fold) {
          others.addAll(folds.get(f));
        }
      }
      return others;
    }
  }

  /** Accuracy of the population head on users it has not seen, without an LLM. */
  static final class HeldBack {
    private HeldBack() {}

    /** Facts for the report; none for open text, which has no candidates without an LLM. */
    static Map<String, Object> measure(TaskScorer scorer, List<List<HistoryItem>> users) {
      Map<String, Object> facts = new LinkedHashMap<>();
      TaskSpec task = scorer.task();
      if (!task.isClosed()) {
        return facts;
      }
      int right = 0;
      int asked = 0;
      double loss = 0;
      for (List<HistoryItem> items : users) {
        Timeline timeline = scorer.timeline();
        timeline.append(items);
        for (int i = 0; i < timeline.size(); i++) {
          Situation situation = timeline.before(i);
          String output = timeline.item(i).output();
          Optional<Example> example = scorer.adapterExample(situation, output, Samples.MISSING);
          if (example.isPresent()) {
            double[] p =
                Softmax.probabilities(example.get().features(), scorer.adapter(Samples.MISSING));
            int picked = Decision.pick(task, task.options(), p, Samples.MISSING);
            right += picked == task.indexOf(output) ? 1 : 0;
            loss += Softmax.logLoss(example.get().target(), p);
            asked++;
          }
        }
      }
      if (asked > 0) {
        facts.put("heldBackItems", asked);
        facts.put("heldBackAccuracyWithoutLlm", (double) right / asked);
        facts.put("heldBackLogLossWithoutLlm", loss / asked);
      }
      return facts;
    }
  }
}
