package io.hydra.model.feature;

import java.util.List;

/** z: what the adapter sees of each candidate, given the query and the user's history. */
public sealed interface CandidateFeatures permits ClosedFeatures, OpenFeatures {
  /** One name per feature, in order. */
  List<String> names();

  /** Weights that stand for no knowledge at all: follow the agreement of the samples. */
  double[] defaultWeights();

  /** Takes from a situation what candidates are compared with, so that it need not be kept. */
  Prepared prepare(Situation situation);

  /**
   * @param samples {@link Samples#MISSING} if the LLM was not asked: what depends on them is then 0
   * @return candidates × features
   */
  default double[][] of(Situation situation, List<String> candidates, Samples samples) {
    return prepare(situation).of(candidates, samples);
  }

  /**
   * One query and history, ready for candidates. It holds numbers and, for open text, which words
   * the outputs use; no item, and no text but the query's. Immutable.
   */
  interface Prepared {
    /** Returns candidates × features. */
    double[][] of(List<String> candidates, Samples samples);
  }
}
