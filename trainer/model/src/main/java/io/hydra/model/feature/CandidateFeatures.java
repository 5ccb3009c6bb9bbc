package io.hydra.model.feature;

import java.util.List;

/** z: what the adapter sees of each candidate, given the query and the user's history. */
public sealed interface CandidateFeatures permits ClosedFeatures, OpenFeatures {
  /** One name per feature, in order. */
  List<String> names();

  /** Weights that stand for no knowledge at all: follow the agreement of the samples. */
  double[] defaultWeights();

  /**
   * @param samples {@link Samples#MISSING} if the LLM was not asked: what depends on them is then 0
   * @return candidates × features
   */
  double[][] of(Situation situation, List<String> candidates, Samples samples);
}
