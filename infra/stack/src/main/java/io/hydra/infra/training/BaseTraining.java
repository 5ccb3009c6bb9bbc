package io.hydra.infra.training;

import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ModuleMain;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.schemas.config.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs base training, in a separate process, for a stack whose infrastructure is up. */
public final class BaseTraining {
  /** Calls are free with the simulated LLM; with a paid one the base learns from the data alone. */
  private static final int SIMULATED_LLM_CALLS = 300;

  /** The module that trains, and its program. */
  public static final String MODULE = "trainer/base";

  public static final String MAIN = "io.hydra.trainer.base.TrainBaseMain";
  private static final int HEAP_MIB = 768;
  private static final int TAIL_LINES = 20;

  private final Path home;
  private final ModuleMain trainer;
  private final Path log;

  public BaseTraining(Path home, Path log) {
    this.home = home;
    this.trainer = new ModuleMain(home).logTo(log);
    this.log = log;
  }

  /**
   * Starts a stack on a base, which is trained first if it is not there and the build has not made
   * it.
   */
  public void start(
      EmbeddedStack stack, Path base, TrainingData data, LlmSettings llm, Consumer<String> progress)
      throws InterruptedException {
    Optional<SampleBase> built = data.built(home, llm);
    if (Files.exists(base) || built.isPresent() && built.get().copyTo(base)) {
      stack.start(base);
      return;
    }
    stack.startInfrastructure();
    progress.accept("training a base on %s; see %s".formatted(data.folder(), log));
    train(data, base, llm, stack.endpoints().llmBaseUrl());
    built.ifPresent(sample -> sample.keep(base));
    stack.startServices(base, Map.of());
  }

  /**
   * Trains a base on {@code data}'s training users: on half of them with the simulated LLM, which
   * learned from the other half, and on all of them with a real one. A base of the sample has words
   * alone: its few texts repeat the same words, so meaning would cost milliseconds an event and
   * tell nothing more.
   *
   * @throws UserException if training fails; the message has the end of its log
   */
  public void train(TrainingData data, Path out, LlmSettings llm, String llmBaseUrl)
      throws InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("--data", data.folder().toString(), "--out", out.toString()));
    if (data.isSample()) {
      arguments.addAll(List.of("--encoder", "none"));
    }
    if (llm instanceof LlmSettings.Simulated) {
      arguments.addAll(List.of("--users", "BASE_HALF"));
      arguments.addAll(List.of("--llm-calls", Integer.toString(SIMULATED_LLM_CALLS)));
      arguments.addAll(List.of("--llm-base-url", llmBaseUrl));
    }
    int exitCode = trainer.run(MODULE, MAIN, HEAP_MIB, arguments);
    if (exitCode != 0) {
      throw new UserException(
          "base training failed with exit code %d; its log %s ends with%n%s"
              .formatted(exitCode, log, ManagedProcess.logTail(log, TAIL_LINES)));
    }
  }

  /** Resident memory of the training that runs now; 0 if none does. */
  public long residentBytes() {
    return trainer.residentBytes();
  }
}
