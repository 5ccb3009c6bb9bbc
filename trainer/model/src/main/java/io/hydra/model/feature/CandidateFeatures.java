package io.hydra.model.feature;

import java.util.List;

/** z: what the adapter sees of each candidate, given the query and the user's history. */
public sealed interface CandidateFeatures permits ClosedFeatures, OpenFeatures {
  /** One name per feature, in order. */
  List<String> names();

  /** Weights that stand for no knowledge at all: follow the agreement of the samples. */
  double[] defaultWeights();

  /** Whether δ may move this feature's weight. */
  default boolean isPersonal(int feature) {
    return true;
  }

  /**
   * @return candidates × features
   */
  double[][] of(Situation situation, List<String> candidates, Samples samples);
}
