package io.hydra.model.base;

import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.base.BaseTrainer.UserSplit;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.Salience;
import io.hydra.model.feature.SalienceTrainer;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.ConditionalLogit;
import io.hydra.model.head.Example;
import io.hydra.model.prompt.PromptBuilder;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Fits one task's population heads, each user with the trunk that has not seen them: first what
 * needs no LLM (the words' salience, the adapter without samples, the reranker), then the adapter
 * with samples, on prompts as the reranker makes them.
 */
final class PopulationTrainer {
  /** More add nothing for so few weights. */
  private static final int MAX_EXAMPLES = 4000;

  private static final int STEPS = 30;
  private static final double ADAPTER_PRECISION = 1;
  private static final double RERANKER_PRECISION = 10;
  private static final int PROGRESS_EVERY = 250;

  private final TaskSpec task;
  private final List<Trunks> trunks;
  private final SampleSource source;
  private final long seed;
  private final TrainingProgress progress;
  private final Map<String, Object> facts = new LinkedHashMap<>();

  PopulationTrainer(
      TaskSpec task,
      List<Trunks> trunks,
      SampleSource source,
      long seed,
      TrainingProgress progress) {
    this.task = task;
    this.trunks = trunks;
    this.source = source;
    this.seed = seed;
    this.progress = progress;
  }

  /** A past item to be asked, and the fold whose trunk has not seen its user. */
  private record Place(int fold, List<HistoryItem> items, int index) {
    String output() {
      return items.get(index).output();
    }
  }

  /** The result of training, for the report. */
  Map<String, Object> facts() {
    return facts;
  }

  /**
   * @param kept the trunk that goes with the heads
   */
  TaskBase train(TaskBase kept, UserSplit split) {
    List<Place> places = places(split);
    Stage stage = new Stage(split, trunks, task);
    TaskBase base = kept;
    if (!task.isClosed()) {
      base = base.withSalience(salience(split, places, stage));
    }
    double[] defaults = stage.scorer(0).features().defaultWeights();
    double[] items = ItemFeatures.defaultWeights();
    stage.setHeads(new double[defaults.length], new double[defaults.length], items);
    double[] unsampled = new double[defaults.length];
    if (task.isClosed()) {
      unsampled = adapter(stage, places, Samples.MISSING, unsampled);
      stage.setHeads(defaults, unsampled, items);
    }
    items = reranker(stage, places, items);
    double[] start = unsampled.clone();
    for (int i = 0; i < start.length; i++) {
      start[i] += defaults[i];
    }
    stage.setHeads(start, unsampled, items);
    double[] sampled = sampled(stage, places, start);
    List<String> names = stage.scorer(0).features().names();
    facts.put("adapterWeights", named(names, sampled));
    facts.put("adapterWeightsWithoutSamples", named(names, unsampled));
    facts.put("rerankerWeights", named(ItemFeatures.NAMES, items));
    return base.withHeads(sampled, unsampled, items);
  }

  private static Map<String, Double> named(List<String> names, double[] weights) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < weights.length; i++) {
      named.put(names.get(i), Math.round(weights[i] * 1000) / 1000.0);
    }
    return named;
  }

  private List<Place> places(UserSplit split) {
    List<Place> places = new ArrayList<>();
    for (int f = 0; f < split.folds().size(); f++) {
      for (List<HistoryItem> items : split.folds().get(f)) {
        for (int i = 0; i < items.size(); i++) {
          places.add(new Place(f, items, i));
        }
      }
    }
    Collections.shuffle(places, new Random(seed));
    return places.subList(0, Math.min(MAX_EXAMPLES, places.size()));
  }

  private Salience salience(UserSplit split, List<Place> places, Stage stage) {
    List<Salience> tables = new ArrayList<>();
    for (int f = 0; f < split.folds().size(); f++) {
      tables.add(SalienceTrainer.tables(split.without(f)));
    }
    SalienceTrainer trainer = new SalienceTrainer();
    for (Place place : places) {
      trainer.add(tables.get(place.fold()), stage.situation(place), place.output());
    }
    double[] weights = trainer.fit();
    facts.put("salienceWeights", named(Salience.NAMES, weights));
    for (int f = 0; f < tables.size(); f++) {
      Salience t = tables.get(f);
      stage.setSalience(f, new Salience(t.wordOdds(), t.outputShares(), weights));
    }
    Salience all = SalienceTrainer.tables(split.all());
    return new Salience(all.wordOdds(), all.outputShares(), weights);
  }

  private double[] adapter(Stage stage, List<Place> places, Samples samples, double[] start) {
    List<Example> examples = new ArrayList<>();
    for (Place place : places) {
      stage
          .scorer(place.fold())
          .adapterExample(stage.situation(place), place.output(), samples)
          .ifPresent(examples::add);
    }
    facts.put("examplesWithoutSamples", examples.size());
    return fit(examples, start, ADAPTER_PRECISION);
  }

  private double[] reranker(Stage stage, List<Place> places, double[] start) {
    List<Example> examples = new ArrayList<>();
    for (Place place : places) {
      TaskScorer scorer = stage.scorer(place.fold());
      Situation situation = stage.situation(place);
      scorer
          .rerankerExample(situation, scorer.retrieve(situation), place.output())
          .ifPresent(examples::add);
    }
    facts.put("rerankerExamples", examples.size());
    return fit(examples, start, RERANKER_PRECISION);
  }

  private double[] sampled(Stage stage, List<Place> places, double[] start) {
    List<CompletableFuture<Optional<List<String>>>> asked = new ArrayList<>();
    for (Place place : places) {
      Situation situation = stage.situation(place);
      List<HistoryItem> used =
          stage.scorer(place.fold()).rank(situation, Mixture.NONE).stream()
              .limit(task.used())
              .map(r -> situation.past().get(r.index()))
              .toList();
      asked.add(
          source.sample(
              task, PromptBuilder.personalized(task, used, situation.query().text()).messages()));
    }
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      Optional<List<String>> texts = asked.get(i).join();
      if (texts.isPresent()) {
        Samples samples = Samples.of(texts.get().stream().map(task::normalize).toList());
        if (!samples.isMissing()) {
          stage
              .scorer(place.fold())
              .adapterExample(stage.situation(place), place.output(), samples)
              .ifPresent(examples::add);
        }
      }
      if ((i + 1) % PROGRESS_EVERY == 0 || i + 1 == places.size()) {
        progress.step(
            task.id() + ": population heads",
            i + 1,
            places.size(),
            examples.size() + " with samples");
      }
    }
    facts.put("examplesWithSamples", examples.size());
    return fit(examples, start, ADAPTER_PRECISION);
  }

  private static double[] fit(List<Example> examples, double[] start, double precision) {
    double[] fitted = start.clone();
    if (examples.isEmpty()) {
      return fitted;
    }
    double[] weights = new double[examples.size()];
    Arrays.fill(weights, 1);
    double[] delta =
        ConditionalLogit.fit(examples, weights, precision, new double[start.length], STEPS);
    for (int i = 0; i < fitted.length; i++) {
      fitted[i] += delta[i];
    }
    return fitted;
  }

  /** The folds' scorers, as far as they are trained, and the users' timelines under them. */
  private static final class Stage {
    private final List<Trunks> trunks;
    private final TaskSpec task;
    private final List<TaskBase> bases = new ArrayList<>();
    private final List<TaskScorer> scorers = new ArrayList<>();
    private final Map<List<HistoryItem>, Timeline> timelines = new java.util.IdentityHashMap<>();

    Stage(UserSplit split, List<Trunks> trunks, TaskSpec task) {
      this.trunks = trunks;
      this.task = task;
      for (int f = 0; f < split.folds().size(); f++) {
        bases.add(trunks.get(f).tasks().get(task.id()));
        scorers.add(scorer(f, bases.get(f)));
      }
    }

    private TaskScorer scorer(int fold, TaskBase base) {
      return new TaskScorer(task, base, trunks.get(fold).reader());
    }

    TaskScorer scorer(int fold) {
      return scorers.get(fold);
    }

    Situation situation(Place place) {
      return timelines
          .computeIfAbsent(
              place.items(),
              items -> {
                Timeline timeline = scorers.get(place.fold()).timeline();
                timeline.append(items);
                return timeline;
              })
          .before(place.index());
    }

    void setSalience(int fold, Salience salience) {
      bases.set(fold, bases.get(fold).withSalience(salience));
      scorers.set(fold, scorer(fold, bases.get(fold)));
    }

    void setHeads(double[] adapter, double[] unsampled, double[] reranker) {
      for (int f = 0; f < bases.size(); f++) {
        bases.set(f, bases.get(f).withHeads(adapter, unsampled, reranker));
        scorers.set(f, scorer(f, bases.get(f)));
      }
    }
  }
}
