package io.hydra.model.base;

import io.hydra.model.encoder.Encoder;
import io.hydra.model.feature.CandidateFeatures;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.ConditionalLogit;
import io.hydra.model.head.Example;
import io.hydra.model.head.Precisions;
import io.hydra.model.head.Softmax;
import io.hydra.model.prompt.PromptBuilder;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Fits one task's population heads on users that the trunk has not seen. */
final class PopulationTrainer {
  /** More add nothing for so few weights. */
  private static final int MAX_EXAMPLES = 2000;

  private static final int STEPS = 30;
  private static final double ADAPTER_PRECISION = 1;
  private static final double RERANKER_PRECISION = 10;
  private static final int PROGRESS_EVERY = 500;

  private final TaskSpec task;
  private final Encoder encoder;
  private final Bm25 bm25;
  private final SampleSource source;
  private final long seed;
  private final Consumer<String> progress;
  private int llmCalls;

  PopulationTrainer(
      TaskSpec task,
      Encoder encoder,
      Bm25 bm25,
      SampleSource source,
      long seed,
      Consumer<String> progress) {
    this.task = task;
    this.encoder = encoder;
    this.bm25 = bm25;
    this.source = source;
    this.seed = seed;
    this.progress = progress;
  }

  int llmCalls() {
    return llmCalls;
  }

  private record Place(Timeline timeline, int index) {
    HistoryItem item() {
      return timeline.item(index);
    }
  }

  TaskBase train(TaskBase untrained, List<List<HistoryItem>> users) {
    List<Place> places = places(users);
    CandidateFeatures features = TaskScoring.features(task, untrained, encoder);
    List<Example> adapter = new ArrayList<>();
    List<Example> reranker = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      Situation situation = place.timeline().before(place.index());
      List<Integer> retrieved = TaskScoring.retrieve(situation, task.retrieved());
      Samples samples = sample(situation, retrieved);
      TaskScoring.example(task, features, situation, place.item().output(), samples)
          .ifPresent(adapter::add);
      rerankerExample(situation, retrieved, place.item().output()).ifPresent(reranker::add);
      if ((i + 1) % PROGRESS_EVERY == 0 || i + 1 == places.size()) {
        progress.accept(
            "%s: %d of %d items asked, %d LLM calls"
                .formatted(task.id(), i + 1, places.size(), llmCalls));
      }
    }
    return new TaskBase(
        fit(adapter, features.defaultWeights(), adapterPrecisions(features)),
        fit(
            reranker,
            ItemFeatures.defaultWeights(),
            Precisions.uniform(ItemFeatures.NAMES.size(), RERANKER_PRECISION)),
        untrained.shares(),
        untrained.trunk(),
        untrained.usualLength());
  }

  /** How the population head does on users it has not seen, without an LLM. Closed tasks only. */
  Map<String, Object> measure(TaskBase trained, List<List<HistoryItem>> users) {
    Map<String, Object> facts = new LinkedHashMap<>();
    List<Place> places = task.isClosed() ? places(users) : List.of();
    if (places.isEmpty()) {
      return facts;
    }
    CandidateFeatures features = TaskScoring.features(task, trained, encoder);
    int right = 0;
    int asked = 0;
    double loss = 0;
    for (Place place : places) {
      Situation situation = place.timeline().before(place.index());
      Optional<Example> example =
          TaskScoring.example(task, features, situation, place.item().output(), Samples.MISSING);
      if (example.isPresent()) {
        double[] p = Softmax.probabilities(example.get().features(), trained.adapter());
        int picked = Decision.pick(task, task.options(), p);
        right += picked == task.indexOf(place.item().output()) ? 1 : 0;
        loss += Softmax.logLoss(example.get().target(), p);
        asked++;
      }
    }
    if (asked > 0) {
      facts.put("heldBackItems", asked);
      facts.put("heldBackAccuracyWithoutLlm", (double) right / asked);
      facts.put("heldBackLogLossWithoutLlm", loss / asked);
    }
    return facts;
  }

  private List<Place> places(List<List<HistoryItem>> users) {
    List<Place> places = new ArrayList<>();
    for (List<HistoryItem> items : users) {
      Timeline timeline = new Timeline(encoder, bm25, items, !task.isClosed());
      for (int i = 0; i < timeline.size(); i++) {
        places.add(new Place(timeline, i));
      }
    }
    Collections.shuffle(places, new Random(seed));
    return places.subList(0, Math.min(MAX_EXAMPLES, places.size()));
  }

  private Samples sample(Situation situation, List<Integer> retrieved) {
    List<HistoryItem> used =
        retrieved.stream().limit(task.used()).map(situation.past()::get).toList();
    Optional<List<String>> texts =
        source.sample(task, PromptBuilder.personalized(task, used, situation.input()));
    if (texts.isEmpty()) {
      return Samples.MISSING;
    }
    llmCalls++;
    return Samples.of(texts.get().stream().map(task::normalize).toList());
  }

  /** An item is useful if its output is the user's: known for closed tasks alone. */
  private Optional<Example> rerankerExample(
      Situation situation, List<Integer> retrieved, String output) {
    int own = task.indexOf(output);
    if (own < 0) {
      return Optional.empty();
    }
    double[] target =
        retrieved.stream()
            .mapToDouble(i -> task.indexOf(situation.past().get(i).output()) == own ? 1 : 0)
            .toArray();
    double useful = Arrays.stream(target).sum();
    if (useful == 0 || useful == target.length) {
      return Optional.empty();
    }
    for (int i = 0; i < target.length; i++) {
      target[i] /= useful;
    }
    return Optional.of(new Example(ItemFeatures.of(situation, retrieved), target));
  }

  /**
   * Where no sample was ever seen, a feature that stands for missing samples is the same as the one
   * it doubles, and would take half of its weight away from the answers that do have samples.
   */
  private double[] adapterPrecisions(CandidateFeatures features) {
    int count = features.names().size();
    return llmCalls > 0
        ? Precisions.uniform(count, ADAPTER_PRECISION)
        : Precisions.where(count, ADAPTER_PRECISION, features::isPersonal);
  }

  private static double[] fit(List<Example> examples, double[] defaults, double[] precision) {
    double[] weights = new double[examples.size()];
    Arrays.fill(weights, 1);
    double[] delta =
        ConditionalLogit.fit(
            examples, weights, defaults, precision, new double[defaults.length], STEPS);
    double[] fitted = defaults.clone();
    for (int i = 0; i < fitted.length; i++) {
      fitted[i] += delta[i];
    }
    return fitted;
  }
}
