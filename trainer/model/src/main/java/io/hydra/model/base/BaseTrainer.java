package io.hydra.model.base;

import io.hydra.model.base.Trunks.Epochs;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.feature.CandidateFeatures.Prepared;
import io.hydra.model.feature.Samples;
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
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Trains a base (HYDRA's stage 1): the encoder with a trunk per task, then the population heads.
 * Cross-fitted by user: heads meet the trunk's scores only on users that the trunk has not seen;
 * otherwise they would trust it too much. What is kept are these trunks and one that is trained on
 * all users, their scores averaged: that one alone has a scale which no head has met. Every item is
 * asked with the user's strictly earlier items as history. Seeded: the same data give the same
 * base.
 */
public final class BaseTrainer {
  private static final int FOLDS = 3;

  /** With fewer users of a task nobody is held back to measure on. */
  public static final int FEWEST_MEASURED = 3 * FOLDS;

  /** Dimensions of a packed meaning, at most: those of MiniLM. */
  private static final int MEANING_DIMENSIONS = 384;

  /** Texts that say which directions of an encoder of meaning to keep. */
  private static final int REDUCTION_TEXTS = 4000;

  private final Encoder pretrained;
  private final SampleSource samples;
  private final long seed;
  private final TrainingProgress progress;

  /**
   * @param pretrained an encoder of meaning, used as it is, which the base then owns; null for none
   */
  public BaseTrainer(
      Encoder pretrained, SampleSource samples, long seed, TrainingProgress progress) {
    this.pretrained = pretrained;
    this.samples = samples;
    this.seed = seed;
    this.progress = progress;
  }

  public Base train(Collection<TaskData> data) {
    Map<TaskSpec, UserSplit> splits = new TreeMap<>((a, b) -> a.id().compareTo(b.id()));
    data.forEach(task -> splits.put(task.task(), UserSplit.of(task.users(), seed)));
    MeaningEncoder meaning = pretrained == null ? null : reduce(splits);
    List<Trunks> trunks = new ArrayList<>();
    try {
      int folds = splits.values().stream().mapToInt(s -> s.folds().size()).max().orElse(1);
      Epochs epochs = epochs(meaning, splits, folds);
      for (int f = 0; f < folds; f++) {
        int fold = f;
        Map<String, TaskData> others = users(splits, split -> split.without(fold));
        String name = "training network %d of %d".formatted(f + 1, folds + 1);
        trunks.add(Trunks.train(meaning, others, Map.of(), epochs, seed + f + 1, name, progress));
      }
      Map<String, TaskData> all = users(splits, UserSplit::all);
      String name = "training network %1$d of %1$d".formatted(folds + 1);
      trunks.add(Trunks.train(meaning, all, Map.of(), epochs, seed, name, progress));
      Trunks kept = Trunks.join(trunks, meaning, all);
      List<String> digests = trunks.stream().map(Trunks::digest).toList();
      Map<String, TaskBase> bases = new TreeMap<>();
      Map<String, Object> report = new TreeMap<>(Map.of("seed", seed));
      splits.forEach(
          (task, split) -> {
            PopulationTrainer trainer =
                new PopulationTrainer(task, trunks, samples, seed, progress);
            TaskBase trained = trainer.train(kept.tasks().get(task.id()), split);
            bases.put(task.id(), trained);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("users", split.all().size());
            facts.put("heldBackUsers", split.heldBack().size());
            facts.put("folds", split.folds().size());
            facts.put("trunkDigests", digests);
            facts.put("epochs", epochs.words());
            if (meaning != null) {
              facts.put("meaningDimensions", meaning.dimensions());
              if (task.isClosed()) {
                facts.put("meaningEpochs", epochs.meaning());
              }
            }
            facts.putAll(trainer.facts());
            TaskScorer scorer = new TaskScorer(task, trained, kept.texts());
            facts.putAll(measureWithoutLlm(scorer, split.heldBack()));
            report.put(task.id(), facts);
          });
      return new Base(kept.encoder(), meaning == null ? null : meaning.forgetful(), bases, report);
    } finally {
      trunks.forEach(Trunks::close);
    }
  }

  /**
   * The number of epochs that was best, on average, for users that the trunk had not seen. The
   * trunks that tell it are thrown away: stopped where it suits these very users, they would look
   * better to the heads than any trunk is to new users.
   */
  private Epochs epochs(MeaningEncoder meaning, Map<TaskSpec, UserSplit> splits, int folds) {
    if (folds == 1) {
      return Epochs.FEW_USERS;
    }
    List<Epochs> best = new ArrayList<>();
    for (int f = 0; f < folds; f++) {
      int fold = f;
      try (Trunks trial =
          Trunks.train(
              meaning,
              users(splits, split -> split.without(fold)),
              users(splits, split -> split.leftOut(fold)),
              Epochs.MOST,
              seed + f + 1,
              "finding how long to train, %d of %d".formatted(f + 1, folds),
              progress)) {
        best.add(trial.epochs());
      }
    }
    return Epochs.mean(best);
  }

  /** The directions come from the inputs of all tasks alike: no output is seen. */
  private MeaningEncoder reduce(Map<TaskSpec, UserSplit> splits) {
    List<String> texts =
        splits.values().stream()
            .flatMap(split -> split.all().stream())
            .flatMap(List::stream)
            .map(HistoryItem::input)
            .distinct()
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(texts, new Random(seed));
    return MeaningEncoder.learn(
        pretrained,
        texts.subList(0, Math.min(REDUCTION_TEXTS, texts.size())),
        MEANING_DIMENSIONS,
        seed);
  }

  private static Map<String, TaskData> users(
      Map<TaskSpec, UserSplit> splits, Function<UserSplit, List<List<HistoryItem>>> users) {
    Map<String, TaskData> chosen = new TreeMap<>();
    splits.forEach((task, split) -> chosen.put(task.id(), new TaskData(task, users.apply(split))));
    return chosen;
  }

  /**
   * Measures the population head on users that it has not seen, without an LLM.
   *
   * @return facts for the report; none for open text, which has no candidates without an LLM
   */
  private static Map<String, Object> measureWithoutLlm(
      TaskScorer scorer, List<List<HistoryItem>> users) {
    Map<String, Object> facts = new LinkedHashMap<>();
    TaskSpec task = scorer.task();
    int right = 0;
    int asked = 0;
    double loss = 0;
    for (List<HistoryItem> items : task.isClosed() ? users : List.<List<HistoryItem>>of()) {
      Timeline timeline = scorer.timeline();
      timeline.append(items);
      for (int i = 0; i < timeline.size(); i++) {
        String output = timeline.item(i).output();
        Prepared prepared = scorer.features().prepare(timeline.before(i));
        Optional<Example> example = scorer.adapterExample(prepared, output, Samples.MISSING);
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
     * @param stage the work under way, the same text for all of its steps
     * @param done steps done, 1 to {@code of}
     * @param detail the result of the step, for people; may be empty
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
    private static final double HELD_BACK = 0.1;

    static UserSplit of(List<List<HistoryItem>> users, long seed) {
      if (users.size() < FEWEST_MEASURED) {
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
      List<List<List<HistoryItem>>> others = new ArrayList<>(folds);
      others.remove(fold);
      return others.stream().flatMap(List::stream).toList();
    }
  }
}
