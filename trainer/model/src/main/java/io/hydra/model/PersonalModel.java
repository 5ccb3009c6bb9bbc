package io.hydra.model;

import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.Choice.ScoredCandidate;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.base.Base;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.base.Decision;
import io.hydra.model.base.TaskBase;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.encoder.BrokenEncoderException;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.feature.CandidateFeatures.Prepared;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.TextReader;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.head.HeadMixture;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The model as the running system uses it: a base, and everybody's heads over it. Thread-safe.
 *
 * <p>A task of the catalogue that the base was not trained on is served as well, by BM25's order
 * and the agreement of the samples.
 */
public final class PersonalModel implements AutoCloseable {
  private static final int WARM_UP_ROUNDS = 5;

  /** Tells an encoder that fails on a user's text from one that fails on any. */
  private static final List<String> PLAIN = List.of("a plain text");

  private final String baseVersion;
  private final Base base;
  private final TaskCatalogue tasks;
  private final TextReader reader;
  private final Map<String, TaskScorer> scorers = new ConcurrentHashMap<>();

  public PersonalModel(String baseVersion, Base base, TaskCatalogue tasks) {
    this.baseVersion = baseVersion;
    this.base = base;
    this.tasks = tasks;
    this.reader = new TextReader(base.encoder());
  }

  /**
   * A base with the tasks that it was made for.
   *
   * @throws UserException if the folder holds no base that this program reads
   */
  public static PersonalModel load(Path folder) {
    BaseFiles.Loaded loaded = BaseFiles.read(folder);
    return new PersonalModel(loaded.version(), loaded.base(), loaded.catalogue());
  }

  public String baseVersion() {
    return baseVersion;
  }

  /** The base's, to be closed with this model. */
  public Encoder encoder() {
    return base.encoder();
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
      for (int i = 0; i < FitSettings.DEFAULT.replay(); i++) {
        List<String> options = task.options();
        String output = options.isEmpty() ? "warm " + i : options.get(i % options.size());
        history.add(new HistoryItem("w" + i, i + 1, "a text to warm up, number " + i, output));
      }
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        Heads heads = fit(task, new History(1, history)).heads();
        Reading reading = read(task, history, "warm up again");
        List<RankedItem> ranked = reading.rank(heads);
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
    TaskScorer scorer = scorer(task);
    Timeline timeline = scorer.timeline();
    timeline.append(history);
    return new ModelReading(scorer, timeline.query(input));
  }

  /** The same for a user whose history grows in memory. */
  public Reading read(TaskSpec task, Learner user, String input) {
    return new ModelReading(scorer(task), user.query(input));
  }

  /** A user without history, to be taught item by item. */
  public Learner learner(TaskSpec task, FitSettings settings) {
    return new Learner(scorer(task), settings);
  }

  /**
   * Fits the user's heads to a history. A pure function of base and history, of bounded cost
   * ({@link Learner}). Open tasks have no signal for the adapter in past outputs alone, since
   * nobody sampled candidates for them: their adapter's δ stays at zero.
   *
   * @throws UnfittableHistoryException if the fit fails on what this history holds; it would fail
   *     again
   * @throws BrokenEncoderException if the encoder fails, and on a plain text as well
   */
  public Fit fit(TaskSpec task, History history) {
    try {
      Learner learner = learner(task, FitSettings.DEFAULT);
      learner.learn(history.items());
      Heads heads = learner.heads(history.version());
      requireFinite(heads.adapter(), task);
      requireFinite(heads.reranker(), task);
      return new Fit(heads, learner.size(), learner.unreadable());
    } catch (UnfittableHistoryException e) {
      throw e;
    } catch (RuntimeException e) {
      requireEncoder();
      throw new UnfittableHistoryException(
          "no heads can be fitted to this history of task %s: %s"
              .formatted(task.id(), e.getClass().getName()),
          e);
    }
  }

  private void requireEncoder() {
    try {
      float[][] unused = base.encoder().encode(PLAIN);
    } catch (RuntimeException e) {
      throw new BrokenEncoderException(e);
    }
  }

  private static void requireFinite(Mixture mixture, TaskSpec task) {
    if (!HeadMixture.isFinite(mixture)) {
      throw new UnfittableHistoryException(
          "no heads can be fitted to this history of task %s: their weights are not finite"
              .formatted(task.id()),
          null);
    }
  }

  /**
   * A user's heads, and how much of the history they come from.
   *
   * @param items of the history
   * @param unreadable of these, how many teach nothing, since the task is closed and their output
   *     is none of its options
   */
  public record Fit(Heads heads, int items, int unreadable) {}

  /** The task's scorer; BM25's order and the samples' agreement if the base does not know it. */
  public TaskScorer scorer(TaskSpec task) {
    return scorers.computeIfAbsent(
        task.id(),
        id -> {
          TaskBase trained = base.tasks().get(id);
          return trained == null
              ? TaskScorer.untrained(task, reader)
              : new TaskScorer(task, trained, reader);
        });
  }

  @Override
  public void close() {
    reader.close();
    base.close();
  }

  /**
   * A reading by a base's population heads and the user's own. It outlives the LLM's call, so of
   * the history it keeps the retrieved items alone, and numbers of the rest.
   */
  static final class ModelReading implements Reading {
    private final TaskScorer scorer;
    private final Prepared prepared;
    private final List<HistoryItem> retrieved;
    private final double[][] itemFeatures;
    private final int items;
    private final int unreadable;

    ModelReading(TaskScorer scorer, Situation situation) {
      this.scorer = scorer;
      this.prepared = scorer.features().prepare(situation);
      List<Integer> indices = scorer.retrieve(situation);
      this.retrieved = indices.stream().map(situation.past()::get).toList();
      this.itemFeatures = scorer.itemFeatures(situation, prepared, indices);
      this.items = situation.past().size();
      this.unreadable =
          scorer.task().isClosed()
              ? Collections.frequency(situation.labels(), Timeline.NO_OPTION)
              : 0;
    }

    @Override
    public List<RankedItem> rank(Heads heads) {
      List<Integer> places = IntStream.range(0, retrieved.size()).boxed().toList();
      return scorer.rank(places, itemFeatures, heads.reranker()).stream()
          .limit(scorer.task().used())
          .map(r -> new RankedItem(retrieved.get(r.index()), r.score()))
          .toList();
    }

    @Override
    public int items() {
      return items;
    }

    @Override
    public int unreadable() {
      return unreadable;
    }

    @Override
    public Choice choose(List<String> samples, Heads heads) {
      Samples counted = Samples.of(samples);
      List<String> candidates = scorer.candidates(counted);
      if (candidates.isEmpty()) {
        return new Choice("", List.of());
      }
      double[] p =
          HeadMixture.probabilities(
              prepared.of(candidates, counted), scorer.adapter(counted), heads.adapter());
      List<ScoredCandidate> scored = new ArrayList<>();
      for (int c = 0; c < p.length; c++) {
        scored.add(new ScoredCandidate(candidates.get(c), p[c], counted.count(candidates.get(c))));
      }
      String text = candidates.get(Decision.pick(scorer.task(), candidates, p, counted));
      scored.sort(Comparator.comparingDouble(ScoredCandidate::probability).reversed());
      return new Choice(text, scored);
    }
  }
}
