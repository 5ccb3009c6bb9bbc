package io.hydra.model.base;

/** Told what base training is at; safe to ignore. */
@FunctionalInterface
public interface TrainingProgress {
  TrainingProgress NONE = (stage, done, of, detail) -> {};

  /**
   * @param stage what is being done, the same text for all of its steps
   * @param done steps done, 1 to {@code of}
   * @param detail what the step showed, for people; may be empty
   */
  void step(String stage, int done, int of, String detail);
}
