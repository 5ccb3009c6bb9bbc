package io.hydra.model;

import io.hydra.model.Reading.Choice.ScoredCandidate;
import io.hydra.model.base.Decision;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.encoder.EncoderFailedException;
import io.hydra.model.feature.CandidateFeatures.Prepared;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.head.HeadMixture;
import io.hydra.model.head.Softmax;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A reading by a base's population heads and the user's own. It outlives the LLM's call, so of the
 * history it keeps the retrieved items alone, and numbers of the rest.
 */
final class ModelReading implements Reading {
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
    this.unreadable = situation.unreadable();
  }

  @Override
  public List<HistoryItem> nearest() {
    return retrieved.stream().limit(scorer.task().used()).toList();
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
  public List<RankedItem> rank(Heads heads) {
    return scorer.rank(itemFeatures, heads.reranker()).stream()
        .map(r -> new RankedItem(retrieved.get(r.place()), r.score()))
        .toList();
  }

  @Override
  public Choice choose(List<String> samples, Heads heads) {
    Samples said = Samples.of(samples);
    Samples counted = said;
    String fault = null;
    try {
      counted = scorer.expectWords(said, () -> prepared);
    } catch (EncoderFailedException e) {
      // The samples are paid for, and can be chosen among without.
      fault = e.getMessage() + ": the samples were chosen among without it";
    }
    List<String> candidates = scorer.candidates(counted);
    if (candidates.isEmpty()) {
      return new Choice("", List.of(), HeadMixture.weights(Mixture.NONE, 0), false, fault);
    }
    return choose(
            scorer.task(),
            candidates,
            prepared.of(candidates, counted),
            scorer.adapter(counted),
            counted,
            heads.adapter())
        .with(fault);
  }

  /**
   * The choice among candidates by their features.
   *
   * @param z candidates × features
   * @param adapter the population's weights
   * @param own mixed with them
   */
  static Choice choose(
      TaskSpec task,
      List<String> candidates,
      double[][] z,
      double[] adapter,
      Samples counted,
      Mixture own) {
    double[] p = HeadMixture.probabilities(z, adapter, own);
    double[] population = Softmax.probabilities(z, adapter);
    List<ScoredCandidate> scored = new ArrayList<>();
    for (int c = 0; c < p.length; c++) {
      String text = candidates.get(c);
      Float expected = counted.expectedWords().get(text);
      scored.add(new ScoredCandidate(text, p[c], population[c], counted.count(text), expected));
    }
    scored.sort(Comparator.comparingDouble(ScoredCandidate::probability).reversed());
    boolean fellBack = !counted.isMissing() && HeadMixture.fallsBack(own, adapter.length);
    return new Choice(
        fellBack
            ? Choice.plain(task, scored)
            : candidates.get(Decision.pick(task, candidates, p, counted)),
        scored,
        HeadMixture.weights(own, adapter.length),
        fellBack,
        null);
  }

  @Override
  public Optional<Choice> chooseUnasked(Heads heads, double price) {
    TaskSpec task = scorer.task();
    if (!task.isClosed()
        || HeadMixture.fallsBack(heads.adapter(), scorer.base().adapter().length)) {
      return Optional.empty();
    }
    Choice choice = choose(List.of(), heads);
    double lead =
        Decision.lead(
            task,
            choice.candidates().stream().map(ScoredCandidate::text).toList(),
            choice.candidates().stream().mapToDouble(ScoredCandidate::probability).toArray());
    return lead >= scorer.base().asking().enough(price) ? Optional.of(choice) : Optional.empty();
  }
}
