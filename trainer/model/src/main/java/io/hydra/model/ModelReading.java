package io.hydra.model;

import io.hydra.model.base.Decision;
import io.hydra.model.base.TaskBase;
import io.hydra.model.base.TaskScoring;
import io.hydra.model.feature.CandidateFeatures;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.head.HeadMixture;
import io.hydra.model.head.Softmax;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A reading by a base's population heads. */
final class ModelReading implements Reading {
  private final TaskSpec task;
  private final TaskBase base;
  private final CandidateFeatures features;
  private final Situation situation;

  ModelReading(TaskSpec task, TaskBase base, CandidateFeatures features, Situation situation) {
    this.task = task;
    this.base = base;
    this.features = features;
    this.situation = situation;
  }

  @Override
  public List<RankedItem> rank() {
    if (situation.past().isEmpty()) {
      return List.of();
    }
    List<Integer> retrieved = TaskScoring.retrieve(situation, task.retrieved());
    double[] p = Softmax.probabilities(ItemFeatures.of(situation, retrieved), base.reranker());
    return IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble(r -> -p[r]))
        .limit(task.used())
        .map(r -> new RankedItem(situation.past().get(retrieved.get(r)), p[r]))
        .toList();
  }

  @Override
  public Choice choose(List<String> samples, Heads heads) {
    Samples counted = Samples.of(samples);
    List<String> candidates = TaskScoring.candidates(task, counted);
    if (candidates.isEmpty()) {
      return new Choice("", List.of());
    }
    double[] p =
        HeadMixture.probabilities(
            features.of(situation, candidates, counted),
            base.adapter(),
            fits(heads) ? heads : Heads.NONE);
    List<ScoredCandidate> scored = new ArrayList<>();
    for (int c = 0; c < p.length; c++) {
      scored.add(new ScoredCandidate(candidates.get(c), p[c], counted.count(candidates.get(c))));
    }
    String text = candidates.get(Decision.pick(task, candidates, p));
    scored.sort(Comparator.comparingDouble(ScoredCandidate::probability).reversed());
    return new Choice(text, scored);
  }

  /** Heads of another base have another key; a wrong size can only be damage, and fails closed. */
  private boolean fits(Heads heads) {
    return heads.members().stream().allMatch(m -> m.delta().length == features.names().size());
  }
}
