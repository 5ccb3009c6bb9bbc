package io.hydra.model;

import io.hydra.model.base.Decision;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.head.HeadMixture;
import io.hydra.schemas.redis.Heads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A reading by a base's population heads and the user's own. */
final class ModelReading implements Reading {
  private final TaskScorer scorer;
  private final Situation situation;

  ModelReading(TaskScorer scorer, Situation situation) {
    this.scorer = scorer;
    this.situation = situation;
  }

  @Override
  public List<RankedItem> rank(Heads heads) {
    return scorer.rank(situation, heads.reranker()).stream()
        .limit(scorer.task().used())
        .map(r -> new RankedItem(situation.past().get(r.index()), r.score()))
        .toList();
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
            scorer.features().of(situation, candidates, counted),
            scorer.adapter(counted),
            heads.adapter());
    List<ScoredCandidate> scored = new ArrayList<>();
    for (int c = 0; c < p.length; c++) {
      scored.add(new ScoredCandidate(candidates.get(c), p[c], counted.count(candidates.get(c))));
    }
    String text = candidates.get(Decision.pick(scorer.task(), candidates, p, counted));
    scored.sort(Comparator.comparingDouble(ScoredCandidate::probability).reversed());
    return new Choice(text, scored);
  }
}
