package io.hydra.model;

import io.hydra.model.base.Base;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.base.BaseFormatException;
import io.hydra.model.base.TaskBase;
import io.hydra.model.base.TaskScoring;
import io.hydra.model.feature.CandidateFeatures;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.Example;
import io.hydra.model.head.HeadFitter;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The model as the running system uses it: a base, and everybody's heads over it. Thread-safe.
 *
 * <p>A task of the catalogue that the base was not trained on is served as well, by BM25's order
 * and the agreement of the samples.
 */
public final class PersonalModel implements AutoCloseable {
  private static final int WARM_UP_ROUNDS = 5;

  private final String baseVersion;
  private final Base base;
  private final TaskCatalogue tasks;
  private final Bm25 bm25 = new Bm25();

  public PersonalModel(String baseVersion, Base base, TaskCatalogue tasks) {
    this.baseVersion = baseVersion;
    this.base = base;
    this.tasks = tasks;
  }

  /**
   * @throws BaseFormatException if the folder holds no base that this program reads
   */
  public static PersonalModel load(Path folder) {
    BaseFiles.Loaded loaded = BaseFiles.read(folder);
    return new PersonalModel(loaded.version(), loaded.base(), TaskCatalogue.shipped());
  }

  public String baseVersion() {
    return baseVersion;
  }

  public TaskCatalogue tasks() {
    return tasks;
  }

  /**
   * Runs the whole path on full histories, often enough for the JIT compiler to have done its work
   * on it: the first users do not pay for loading.
   */
  public void warmUp() {
    for (TaskSpec task : tasks.all()) {
      List<HistoryItem> history = new ArrayList<>();
      for (int i = 0; i < HeadFitter.REPLAY; i++) {
        List<String> options = task.options();
        String output = options.isEmpty() ? "warm " + i : options.get(i % options.size());
        history.add(new HistoryItem("w" + i, i + 1, "a text to warm up, number " + i, output));
      }
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        Heads heads = update(task, new History(1, history));
        Reading reading = read(task, history, "warm up again");
        List<RankedItem> ranked = reading.rank();
        Choice unused = reading.choose(ranked.stream().map(r -> r.item().output()).toList(), heads);
      }
    }
  }

  /**
   * Reads a query against a history.
   *
   * @param history oldest first
   */
  public Reading read(TaskSpec task, List<HistoryItem> history, String input) {
    TaskBase taskBase = taskBase(task);
    return new ModelReading(
        task,
        taskBase,
        TaskScoring.features(task, taskBase, base.encoder()),
        timeline(task, history).query(input));
  }

  /**
   * Fits the user's heads to a history. A pure function of base and history. Open tasks have no
   * signal in past outputs alone, since nobody sampled candidates for them: their heads stay at
   * zero.
   */
  public Heads update(TaskSpec task, History history) {
    TaskBase taskBase = taskBase(task);
    CandidateFeatures features = TaskScoring.features(task, taskBase, base.encoder());
    List<Example> examples = new ArrayList<>();
    if (task.isClosed()) {
      Timeline timeline = timeline(task, history.items());
      int from = Math.max(0, timeline.size() - HeadFitter.REPLAY);
      for (int i = from; i < timeline.size(); i++) {
        TaskScoring.example(
                task, features, timeline.before(i), timeline.item(i).output(), Samples.MISSING)
            .ifPresent(examples::add);
      }
    }
    return HeadFitter.fit(examples, taskBase.adapter(), features::isPersonal, history.version());
  }

  private Timeline timeline(TaskSpec task, List<HistoryItem> items) {
    return new Timeline(base.encoder(), bm25, items, !task.isClosed());
  }

  private TaskBase taskBase(TaskSpec task) {
    TaskBase trained = base.tasks().get(task.id());
    return trained == null ? untrained(task) : trained;
  }

  private TaskBase untrained(TaskSpec task) {
    double[] shares = new double[task.options().size()];
    java.util.Arrays.fill(shares, shares.length == 0 ? 0 : 1.0 / shares.length);
    TaskBase blank = new TaskBase(new double[0], new double[0], shares, new float[0][], 10);
    return new TaskBase(
        TaskScoring.features(task, blank, base.encoder()).defaultWeights(),
        ItemFeatures.defaultWeights(),
        shares,
        blank.trunk(),
        blank.usualLength());
  }

  @Override
  public void close() {
    bm25.close();
    base.close();
  }
}
