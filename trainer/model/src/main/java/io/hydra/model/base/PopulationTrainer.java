package io.hydra.model.base;

import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.base.BaseTrainer.UserSplit;
import io.hydra.model.encoder.EncoderFailedException;
import io.hydra.model.encoder.WordNetwork;
import io.hydra.model.encoder.WordNetworkTrainer;
import io.hydra.model.feature.CandidateFeatures.Prepared;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.Salience;
import io.hydra.model.feature.SalienceTrainer;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.ConditionalLogit;
import io.hydra.model.head.Example;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

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

  /** Of a closed task's head with samples, around the one without: the LLM is asked few of them. */
  private static final double SAMPLED_PRECISION = 10;

  private static final int PROGRESS_EVERY = 250;

  /** Inputs whose words' states are in memory together. */
  private static final int ENCODED_AT_ONCE = 50;

  private final TaskSpec task;
  private final List<Trunks> trunks;
  private final SampleSource source;
  private final long seed;
  private final TrainingProgress progress;
  private final Map<String, Object> facts = new LinkedHashMap<>();

  /** The folds' scorers, as far as they are trained, and the users' timelines under them. */
  private final List<TaskScorer> scorers = new ArrayList<>();

  private final Map<List<HistoryItem>, Timeline> timelines = new IdentityHashMap<>();

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
    for (int f = 0; f < split.folds().size(); f++) {
      scorers.add(
          new TaskScorer(task, trunks.get(f).tasks().get(task.id()), trunks.get(f).texts()));
    }
    List<Place> places = places(split);
    TaskBase base = task.isClosed() ? kept : kept.withSalience(salience(split, places));
    double[] defaults = scorers.get(0).features().defaultWeights();
    double[] unsampled = new double[defaults.length];
    boolean hasMeaning = trunks.get(0).texts().hasMeaning(task);
    double[] items = ItemFeatures.defaultWeights(hasMeaning);
    setHeads(unsampled, unsampled, items);
    if (task.isClosed()) {
      List<Example> examples = new ArrayList<>();
      places.forEach(place -> adapterExample(place, Samples.MISSING).ifPresent(examples::add));
      facts.put("examplesWithoutSamples", examples.size());
      unsampled = fit(examples, unsampled, ADAPTER_PRECISION);
      setHeads(defaults, unsampled, items);
    }
    items = reranker(places, items);
    double[] start = plus(unsampled, defaults);
    setHeads(start, unsampled, items);
    List<Asked> asked = ask(places);
    List<Example> examples = new ArrayList<>();
    asked.forEach(one -> adapterExample(one.place(), one.samples()).ifPresent(examples::add));
    facts.put("examplesWithSamples", examples.size());
    double precision = task.isClosed() ? SAMPLED_PRECISION : ADAPTER_PRECISION;
    double[] sampled = fit(examples, start, precision);
    setHeads(sampled, unsampled, items);
    List<String> names = scorers.get(0).features().names();
    facts.put("adapterWeights", named(names, sampled));
    facts.put("adapterWeightsWithoutSamples", named(names, unsampled));
    facts.put("rerankerWeights", named(ItemFeatures.names(hasMeaning), items));
    return base.withHeads(sampled, unsampled, items)
        .withAsking(task.isClosed() ? worth(asked) : WorthOfAsking.UNKNOWN);
  }

  /** A past item that the LLM was asked about. */
  private record Asked(Place place, Samples samples) {}

  private WorthOfAsking worth(List<Asked> asked) {
    WorthOfAsking worth = WorthOfAsking.UNKNOWN;
    for (Asked one : asked) {
      TaskScorer scorer = scorers.get(one.place().fold());
      Prepared prepared = scorer.features().prepare(situation(one.place()));
      double[] without = scorer.beliefs(prepared, Samples.MISSING);
      double[] with = scorer.beliefs(prepared, one.samples());
      worth = worth.plus(task, without, with, one.samples());
    }
    return worth;
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

  private Salience salience(UserSplit split, List<Place> places) {
    List<Salience> tables =
        IntStream.range(0, scorers.size())
            .mapToObj(f -> SalienceTrainer.tables(split.without(f)))
            .toList();
    SalienceTrainer trainer = new SalienceTrainer();
    for (Place place : places) {
      trainer.add(tables.get(place.fold()), situation(place), place.output());
    }
    double[] weights = trainer.fit();
    facts.put("salienceWeights", named(Salience.NAMES, weights));
    List<WordNetwork> networks = trainNetworks(tables, places);
    for (int f = 0; f < tables.size(); f++) {
      Salience fitted = tables.get(f).withWeights(weights).withNetwork(networks.get(f));
      setBase(f, base -> base.withSalience(fitted));
    }
    return SalienceTrainer.tables(split.all())
        .withWeights(weights)
        .withNetwork(networks.get(tables.size()));
  }

  /**
   * Trains the networks that believe words in context.
   *
   * @return for each fold one that has not seen its users, unless it is the only one, then the mean
   *     of these and of one that has seen all
   */
  private List<WordNetwork> trainNetworks(List<Salience> tables, List<Place> places) {
    int folds = tables.size();
    if (trunks.get(0).texts().packedBytes() == 0) {
      return Collections.nCopies(folds + 1, WordNetwork.NONE);
    }
    try (WordNetworkTrainer trainer = new WordNetworkTrainer(WordNetworkTrainer.MOST_BYTES, seed)) {
      for (int from = 0; from < places.size() && !trainer.isFull(); from += ENCODED_AT_ONCE) {
        int to = Math.min(from + ENCODED_AT_ONCE, places.size());
        List<Situation> situations =
            places.subList(from, to).stream().map(this::situation).toList();
        List<Map<String, float[]>> states =
            situations.parallelStream().map(PopulationTrainer::wordStates).toList();
        for (int i = 0; i < states.size(); i++) {
          Place place = places.get(from + i);
          Salience words = tables.get(place.fold());
          SalienceTrainer.addRows(
              trainer, place.fold(), words, situations.get(i), states.get(i), place.output());
        }
        String name = task.id() + ": words in context";
        if (trainer.rows() == 0 && states.stream().allMatch(Map::isEmpty)) {
          progress.step(
              name, places.size(), places.size(), "left out: the encoder gives no states of words");
          break;
        }
        progress.step(name, to, places.size(), "");
      }
      facts.put("wordsInContext", trainer.rows());
      if (folds == 1) {
        return Collections.nCopies(2, trainer.train(fold -> true));
      }
      List<WordNetwork> networks = new ArrayList<>();
      for (int left = 0; left <= folds; left++) {
        int without = left;
        networks.add(trainer.train(fold -> fold != without));
      }
      networks.set(folds, WordNetwork.mean(networks));
      return networks;
    }
  }

  private double[] reranker(List<Place> places, double[] start) {
    List<Example> examples = new ArrayList<>();
    for (Place place : places) {
      TaskScorer scorer = scorers.get(place.fold());
      Situation situation = situation(place);
      Prepared prepared = scorer.features().prepare(situation);
      scorer.rerankerExample(situation, prepared, place.output()).ifPresent(examples::add);
    }
    facts.put("rerankerExamples", examples.size());
    return fit(examples, start, RERANKER_PRECISION);
  }

  /** Those that were answered. */
  private List<Asked> ask(List<Place> places) {
    List<CompletableFuture<Optional<List<String>>>> calls = places.stream().map(this::ask).toList();
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      calls
          .get(i)
          .join()
          .map(texts -> Samples.of(texts.stream().map(task::normalize).toList()))
          .filter(samples -> !samples.isMissing())
          .ifPresent(samples -> asked.add(new Asked(place, expectWords(place, samples))));
      if ((i + 1) % PROGRESS_EVERY == 0 || i + 1 == places.size()) {
        String detail = asked.size() + " with samples of an LLM";
        progress.step(task.id() + ": past answers looked at", i + 1, places.size(), detail);
      }
    }
    return asked;
  }

  /** Asks as serving would ask for a user without heads. */
  private CompletableFuture<Optional<List<String>>> ask(Place place) {
    TaskScorer scorer = scorers.get(place.fold());
    Situation situation = situation(place);
    List<Integer> retrieved = scorer.retrieve(situation);
    double[][] z = scorer.itemFeatures(situation, scorer.features().prepare(situation), retrieved);
    List<HistoryItem> used =
        scorer.rank(z, Mixture.NONE).stream()
            .map(r -> situation.past().get(retrieved.get(r.place())))
            .toList();
    return source.sample(
        task, Prompt.personalized(task, used, situation.query().text()).messages());
  }

  /** None for a text that the encoder fails on: others teach without it. */
  private static Map<String, float[]> wordStates(Situation situation) {
    try {
      return situation.query().wordStates();
    } catch (EncoderFailedException e) {
      return Map.of();
    }
  }

  private Samples expectWords(Place place, Samples samples) {
    TaskScorer scorer = scorers.get(place.fold());
    try {
      return scorer.expectWords(samples, () -> scorer.features().prepare(situation(place)));
    } catch (EncoderFailedException e) {
      return samples;
    }
  }

  private Optional<Example> adapterExample(Place place, Samples samples) {
    TaskScorer scorer = scorers.get(place.fold());
    Prepared prepared = scorer.features().prepare(situation(place));
    return scorer.adapterExample(prepared, place.output(), samples);
  }

  private Situation situation(Place place) {
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

  private void setHeads(double[] adapter, double[] unsampled, double[] reranker) {
    for (int f = 0; f < scorers.size(); f++) {
      setBase(f, base -> base.withHeads(adapter, unsampled, reranker));
    }
  }

  private void setBase(int fold, UnaryOperator<TaskBase> change) {
    TaskBase changed = change.apply(scorers.get(fold).base());
    scorers.set(fold, new TaskScorer(task, changed, trunks.get(fold).texts()));
  }

  private static double[] fit(List<Example> examples, double[] start, double precision) {
    if (examples.isEmpty()) {
      return start;
    }
    double[] weights = new double[examples.size()];
    Arrays.fill(weights, 1);
    double[] none = new double[start.length];
    return plus(start, ConditionalLogit.fit(examples, weights, precision, none, STEPS));
  }

  private static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }
}
