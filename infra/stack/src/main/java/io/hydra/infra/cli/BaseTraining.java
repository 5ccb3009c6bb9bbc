package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.infra.process.LogTail;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.model.base.BaseFiles;
import io.hydra.schemas.config.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs base training, in a process of its own, for a stack whose infrastructure is up. */
final class BaseTraining {
  /** Calls are free with the simulated LLM; with a paid one the base learns from the data alone. */
  private static final int SIMULATED_LLM_CALLS = 300;

  private static final String MAIN = "io.hydra.trainer.TrainBaseMain";
  private static final int HEAP_MIB = 768;

  private static final int TAIL_LINES = 20;

  private final ModuleMain modules;
  private final Path log;

  /**
   * @param log file that training writes into
   */
  BaseTraining(Path home, Path log) {
    this.modules = new ModuleMain(home).logTo(log);
    this.log = log;
  }

  /**
   * Starts a stack on a base, which is trained first if it is not there and the build has not made
   * it.
   *
   * @param base folder of the base
   * @param data to train it on
   * @param built the build's base of that data; empty if it makes none
   * @param progress told of each step, one line
   */
  void start(
      EmbeddedStack stack,
      Path base,
      Path data,
      LlmSettings llm,
      Optional<SampleBase> built,
      Consumer<String> progress)
      throws InterruptedException {
    if (Files.exists(base) || built.isPresent() && built.get().copyTo(base)) {
      stack.start(base);
      return;
    }
    stack.startInfrastructure();
    progress.accept("training a base on %s; see %s".formatted(data, log));
    train(data, base, llm, stack.endpoints().llmBaseUrl());
    built.ifPresent(sample -> sample.keep(base));
    stack.startServices(base);
  }

  /**
   * Trains a base on {@code data}'s training users: on half of them with the simulated LLM, which
   * learnt from the other half, and on all of them with a real one.
   *
   * @param out a folder that does not exist yet
   * @throws StackException if training fails; the message has the end of its log
   */
  void train(Path data, Path out, LlmSettings llm, String llmBaseUrl) throws InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("--data", data.toString(), "--out", out.toString()));
    if (llm instanceof LlmSettings.Simulated) {
      arguments.addAll(List.of("--users", "BASE_HALF"));
      arguments.addAll(List.of("--llm-calls", Integer.toString(SIMULATED_LLM_CALLS)));
      arguments.addAll(List.of("--llm-base-url", llmBaseUrl));
    }
    int exitCode = modules.run(Component.TRAINER.module(), MAIN, HEAP_MIB, arguments);
    if (exitCode != 0) {
      throw new StackException(
          "base training failed with exit code %d; its log %s ends with%n%s"
              .formatted(exitCode, log, LogTail.of(log, TAIL_LINES)));
    }
  }

  /** Resident memory of the training that runs now; 0 if none does. */
  long residentBytes() {
    return modules.residentBytes();
  }

  /**
   * The version of a base that is whole and that this program reads.
   *
   * @throws StackException if there is none in the folder
   */
  static String version(Path base) {
    return check(base).version();
  }

  /**
   * What a base says of itself.
   *
   * @throws StackException if there is none in the folder that this program reads
   */
  static BaseFiles.Checked check(Path base) {
    try {
      return BaseFiles.check(base);
    } catch (UserException e) {
      throw new StackException(e.getMessage(), e);
    }
  }
}
