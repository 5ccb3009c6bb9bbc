package io.hydra.infra.cli;

import io.hydra.datasets.lamp.LampReader;
import io.hydra.infra.demo.LlmPrior;
import io.hydra.infra.sample.SampleGenerator;
import io.hydra.infra.stack.LlmSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a base and the simulated LLM learn from: the folder that was named, or the sample. */
final class TrainingData {
  /** Of the sample, where the user has no say in it. */
  static final long SAMPLE_SEED = 1;

  private final Path given;
  private final Path dir;
  private final long seed;

  /**
   * @param given may be null
   * @param dir where the sample and the prior are written
   */
  TrainingData(Path given, Path dir) {
    this(given, dir, SAMPLE_SEED);
  }

  /**
   * @param seed of the sample
   */
  TrainingData(Path given, Path dir, long seed) {
    this.given = given;
    this.dir = dir;
    this.seed = seed;
  }

  /** The folder, with the sample in it if none was named. */
  Path folder() {
    if (given != null) {
      return given;
    }
    Path sample = dir.resolve("sample");
    if (!LampReader.has(sample, "train")) {
      new SampleGenerator(seed).write(sample);
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

  /**
   * The build's base of the sample; empty if another folder was named, or a real LLM teaches it.
   */
  Optional<SampleBase> built(LlmSettings llm) {
    return given == null
            && seed == SAMPLE_SEED
            && llm.equals(new LlmSettings.Simulated(List.of(llmPrior())))
        ? Optional.of(new SampleBase(StackFolder.home(), folder(), llmPrior()))
        : Optional.empty();
  }
}
