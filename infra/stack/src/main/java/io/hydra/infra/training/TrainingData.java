package io.hydra.infra.training;

import io.hydra.datasets.lamp.LampHalves;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.stack.LlmSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Data that a base and the simulated LLM learn from: the folder that was named, or the sample. The
 * LLM's prior is made of training users that the base does not learn from.
 */
public final class TrainingData {
  /** Of the sample, where the user has no say in it. */
  private static final long SAMPLE_SEED = 1;

  private final Path given;
  private final Path dir;
  private final long seed;

  /** {@code given} may be null; the sample and the prior are written into {@code dir}. */
  public TrainingData(Path given, Path dir) {
    this(given, dir, SAMPLE_SEED);
  }

  public TrainingData(Path given, Path dir, long seed) {
    this.given = given;
    this.dir = dir;
    this.seed = seed;
  }

  /** Tells whether nobody named a folder. */
  boolean isSample() {
    return given == null;
  }

  /** The folder, with the sample in it if none was named. */
  public Path folder() {
    if (given != null) {
      return given;
    }
    Path sample = dir.resolve("sample");
    if (!LampReader.has(sample, "train")) {
      new SampleGenerator(seed).write(sample);
    }
    return sample;
  }

  /** The simulated LLM's prior, written if it is not there. */
  public Path llmPrior() {
    Path prior = dir.resolve("llm-prior.jsonl");
    if (given != null || !Files.exists(prior)) {
      LampSplit train = LampReader.read(folder(), "train");
      List<String> lines =
          LampHalves.forLlm(train).stream()
              .flatMap(user -> user.profile().stream())
              .map(item -> Json.line(new Line(train.taskId(), item.input(), item.output())))
              .toList();
      PrivateFiles.createFolder(dir);
      try {
        Path unused = Files.write(prior, lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return prior;
  }

  /** An item of a prior, which does not say whose it is. */
  private record Line(String task, String input, String output) {}

  /**
   * The build's base of the sample; empty if another folder was named, or a real LLM teaches it.
   */
  Optional<SampleBase> built(Path home, LlmSettings llm) {
    return isSample()
            && seed == SAMPLE_SEED
            && llm.equals(new LlmSettings.Simulated(List.of(llmPrior())))
        ? Optional.of(new SampleBase(home, folder(), llmPrior()))
        : Optional.empty();
  }
}
