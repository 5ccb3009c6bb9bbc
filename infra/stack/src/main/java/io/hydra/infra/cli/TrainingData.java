package io.hydra.infra.cli;

import io.hydra.datasets.lamp.LampReader;
import io.hydra.infra.demo.LlmPrior;
import io.hydra.infra.sample.SampleGenerator;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a base and the simulated LLM learn from: the folder that was named, or the sample. */
final class TrainingData {
  /** Of the sample, where the user has no say in it. */
  static final long SAMPLE_SEED = 1;

  private final Path given;
  private final Path dir;

  /**
   * @param given may be null
   * @param dir where the sample and the prior are written
   */
  TrainingData(Path given, Path dir) {
    this.given = given;
    this.dir = dir;
  }

  /** The folder, with the sample in it if none was named. */
  Path folder() {
    if (given != null) {
      return given;
    }
    Path sample = dir.resolve("sample");
    if (!LampReader.has(sample, "train")) {
      new SampleGenerator(SAMPLE_SEED).write(sample);
    }
    return sample;
  }

  /** The simulated LLM's prior, written anew if it is not there. */
  Path llmPrior() {
    Path prior = dir.resolve("llm-prior.jsonl");
    if (given != null || !Files.exists(prior)) {
      LlmPrior.write(LampReader.read(folder(), "train"), prior);
    }
    return prior;
  }
}
