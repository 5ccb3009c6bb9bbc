package io.hydra.model;

import io.hydra.model.base.Base;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.base.TaskBase;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.encoder.BrokenEncoderException;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderFailedException;
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.head.HeadMixture;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.ItemVectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The model as the running system uses it: a base, and everybody's heads over it. Thread-safe.
 *
 * <p>A task of the catalogue that the base was not trained on is served as well, by BM25's order
 * and the agreement of the samples.
 */
public final class PersonalModel implements AutoCloseable {
  private static final int WARM_UP_ROUNDS = 5;

  /** One, or during a roll-out two, so that serving can go from one to the other and back. */
  private static final int MOST_BASES = 2;

  /** Tells an encoder that fails on a user's text from one that fails on any. */
  private static final List<String> PLAIN = List.of("a plain text");

  private final String baseVersion;
  private final Base base;
  private final TaskCatalogue tasks;
  private final VerdictWeights verdictWeights;
  private final EncodedTexts texts;
  private final Map<String, TaskScorer> scorers = new ConcurrentHashMap<>();

  public PersonalModel(String baseVersion, Base base, TaskCatalogue tasks) {
    this(baseVersion, base, tasks, VerdictWeights.DEFAULT);
  }

  public PersonalModel(
      String baseVersion, Base base, TaskCatalogue tasks, VerdictWeights verdictWeights) {
    this.baseVersion = baseVersion;
    this.base = base;
    this.tasks = tasks;
    this.verdictWeights = verdictWeights;
    this.texts = base.texts();
  }

  /**
   * A base with the tasks that it was made for.
   *
   * @throws UserException if the folder holds no base that this program reads
   */
  public static PersonalModel load(Path folder) {
    return load(folder, VerdictWeights.DEFAULT);
  }

  /**
   * The same with other weights of verdicts, for who fits heads.
   *
   * @throws UserException if the folder holds no base that this program reads
   */
  public static PersonalModel load(Path folder, VerdictWeights verdictWeights) {
    BaseFiles.Loaded loaded = BaseFiles.read(folder);
    return new PersonalModel(loaded.version(), loaded.base(), loaded.catalogue(), verdictWeights);
  }

  /**
   * The bases that a program is started with, in their order.
   *
   * @throws UserException if there are more than two, if two are of one version, or if a folder
   *     holds no base that this program reads
   */
  public static List<PersonalModel> loadAll(List<Path> folders, VerdictWeights verdictWeights) {
    if (folders.size() > MOST_BASES) {
      throw new UserException("--base names more than two bases: Redis keeps heads of two");
    }
    return loadAll(folders, folder -> load(folder, verdictWeights));
  }

  static List<PersonalModel> loadAll(List<Path> folders, Function<Path, PersonalModel> load) {
    List<PersonalModel> models = new ArrayList<>();
    try {
      for (Path folder : folders) {
        models.add(load.apply(folder));
      }
      if (models.stream().map(PersonalModel::baseVersion).distinct().count() < models.size()) {
        throw new UserException(
            "--base names base %s twice; name each once".formatted(models.get(0).baseVersion()));
      }
      return List.copyOf(models);
    } catch (RuntimeException refused) {
      models.forEach(PersonalModel::close);
      throw refused;
    }
  }

  public String baseVersion() {
    return baseVersion;
  }

  /** The base's, to be closed with this model. */
  public Encoder encoder() {
    return base.encoder();
  }

  /** Texts that the encoder of meaning has failed on, each time counted. */
  public long encoderFailures() {
    return base.meaning() == null ? 0 : base.meaning().failures();
  }

  public TaskCatalogue tasks() {
    return tasks;
  }

  /** The weights of verdicts in fits. */
  public VerdictWeights verdictWeights() {
    return verdictWeights;
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
        var outputs = reading.rank(heads).stream().map(r -> r.item().output()).toList();
        Reading.Choice unused = reading.choose(outputs, heads);
      }
    }
  }

  /** Tells whether vectors of items are worth keeping beside their history. */
  public boolean keepsVectors() {
    return texts.packedBytes() > 0;
  }

  /**
   * The vectors that this base's encoder of meaning gives to a history's items: worth keeping
   * beside the history, since they take milliseconds an item.
   *
   * @param kept earlier ones of this base, which are not computed again
   * @return empty if there is nothing to keep, as without such an encoder, and where it fails
   */
  public Optional<ItemVectors> vectors(TaskSpec task, List<HistoryItem> history, ItemVectors kept) {
    ItemPacking packing = new ItemPacking(texts, task);
    if (packing.bytes() == 0) {
      return Optional.empty();
    }
    try {
      var unused = packing.remember(history, kept.byEvent());
      return Optional.of(new ItemVectors(baseVersion, packing.pack(history, kept.byEvent())));
    } catch (RuntimeException e) {
      // The fit meets it as well, and says what is wrong.
      return Optional.empty();
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

  /**
   * The same where vectors of the items were kept.
   *
   * @param kept of this base
   */
  public Reading read(TaskSpec task, List<HistoryItem> history, ItemVectors kept, String input) {
    ItemPacking packing = new ItemPacking(texts, task);
    if (packing.bytes() == 0) {
      return read(task, history, input);
    }
    TaskScorer scorer = scorer(task);
    Timeline timeline = scorer.timeline();
    timeline.append(history, packing.remember(history, kept.byEvent()));
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
   * nobody sampled candidates for them: without judged answers their adapter's δ stays at zero.
   *
   * @throws UnfittableHistoryException if the fit fails on what this history holds; it would fail
   *     again
   * @throws BrokenEncoderException if the encoder fails, and on a plain text as well
   */
  public Fit fit(TaskSpec task, History history) {
    return fit(task, history, List.of());
  }

  /**
   * The same with the answers that the user was shown and judged; a function of base, history,
   * these and the weights of verdicts. A verdict is a comparison about what was shown: the accepted
   * or chosen candidate over the others, the rejected one below the rest, the candidates by their
   * closeness to the edited text. A verdict whose event is an item of the history is no example of
   * its own: the item's then knows what the LLM said.
   *
   * @param judged of this task, in any order; the verdicts that stand
   */
  public Fit fit(TaskSpec task, History history, List<JudgedAnswer> judged) {
    Fit fit;
    try {
      Learner learner = learner(task, FitSettings.DEFAULT);
      learner.learn(history.items(), judged, verdictWeights);
      fit = new Fit(learner.heads(history.version()), learner.size(), learner.unreadable());
    } catch (RuntimeException e) {
      requireEncoder();
      String reason = e instanceof EncoderFailedException ? e.getMessage() : e.getClass().getName();
      throw unfittable(task, reason, e);
    }
    if (!HeadMixture.isFinite(fit.heads().adapter())
        || !HeadMixture.isFinite(fit.heads().reranker())) {
      throw unfittable(task, "their weights are not finite", null);
    }
    return fit;
  }

  private void requireEncoder() {
    try {
      float[][] unused = base.encoder().encode(PLAIN);
      if (base.meaning() != null) {
        unused = base.meaning().encode(PLAIN);
      }
    } catch (EncoderFailedException e) {
      throw new BrokenEncoderException(e.getCause());
    } catch (RuntimeException e) {
      throw new BrokenEncoderException(e);
    }
  }

  private static UnfittableHistoryException unfittable(
      TaskSpec task, String reason, RuntimeException cause) {
    return new UnfittableHistoryException(
        "no heads can be fitted to this history of task %s: %s".formatted(task.id(), reason),
        cause);
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
              ? TaskScorer.untrained(task, texts)
              : new TaskScorer(task, trained, texts);
        });
  }

  @Override
  public void close() {
    texts.close();
    base.close();
  }
}
