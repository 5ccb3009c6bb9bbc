package io.hydra.model;

import io.hydra.model.base.Decision;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.CandidateFeatures.Prepared;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.HeadMixture;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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
