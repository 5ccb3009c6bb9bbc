package io.hydra.evaluation.run;

/** Told how far the run is, from any thread. */
@FunctionalInterface
public interface EvaluationProgress {
  EvaluationProgress NONE = (stage, done, of) -> {};

  /**
   * @param stage what is being done, the same text for all of its steps
   * @param done steps done, 1 to {@code of}
   */
  void step(String stage, int done, int of);
}
